/* table - columns of text on a terminal: which of them fit, how wide each is, and cells cut and padded to that; no I/O */
#ifndef TEXT_TABLE_H
#define TEXT_TABLE_H

#include <stddef.h>

enum { TABLE_GAP = 2, TABLE_COLUMNS = 12 };

struct column {
	const char *title;
	int right;  /* aligned there */
	int least;  /* columns of the terminal it must have to be of use */
	int wanted; /* ... it would take; of the last column: as many as there are */
	int rank;   /* where not all fit, the highest goes first; 0 stays */
	int width;  /* table_fit's answer; 0: left out */
};

enum ink { INK_PLAIN, INK_BOLD, INK_DIM, INK_RED, INK_GREEN, INK_YELLOW, INK_MAGENTA, INK_LAST };

/* Divides the width among n columns. */
void table_fit(struct column *c, size_t n, int width);

/*
 * Text (UTF-8) in just `width` columns of a terminal: cut at a character, with an ellipsis as its last then; padded with blanks, at the left if right. What is no
 * character, or a control, becomes '?'; marks that turn the direction of writing go. dst always ends with NUL; TABLE_BYTES(width) hold all but a flood of combining
 * marks, which is cut, too. Returns the bytes.
 */
#define TABLE_BYTES(width) (5 * (size_t)(width) + 4)
size_t table_cell(char *dst, size_t size, const char *text, int width, int right);

/* Columns the text takes, as table_cell counts. */
int table_width(const char *text);

/* The control sequence for an ink; "" for plain. */
const char *table_sgr(enum ink ink);

#endif
