/* table - columns of text on a terminal: which of them fit, their widths, and cells cut to width */
#ifndef TEXT_TABLE_H
#define TEXT_TABLE_H

#include <stddef.h>

enum { TABLE_GAP = 2, TABLE_COLUMNS = 12 };

struct column {
	const char *title;
	int right;  /* aligned right */
	int least;  /* the width below which it is of no use */
	int wanted; /* the width it could use; the last column takes all that is left */
	int rank;   /* where not all fit, the highest is left out first; 0 never */
	int width;  /* set by table_fit; 0: left out */
};

enum ink {
	INK_PLAIN, INK_BOLD, INK_DIM, INK_RED, INK_GREEN, INK_YELLOW, INK_MAGENTA, INK_LAST
};

/* Divides width among n columns. */
void table_fit(struct column *c, size_t n, int width);

/*
 * Writes text, UTF-8, as exactly `width` columns: padded with blanks (at the left if right), or cut
 * at a character and ended by an ellipsis. Controls and broken sequences become '?'; marks that
 * change the writing direction are dropped. dst always ends with NUL; TABLE_BYTES(width) are enough
 * but for a flood of combining marks, which is cut too. Returns the bytes.
 */
#define TABLE_BYTES(width) (5 * (size_t)(width) + 4)
size_t table_cell(char *dst, size_t size, const char *text, int width, int right);

/* The columns that text takes in table_cell. */
int table_width(const char *text);

/* 1 if colours are wanted on standard output: a terminal, not dumb, and no NO_COLOR. */
int table_colour(void);

/* The control sequence for an ink; "" for plain. */
const char *table_sgr(enum ink ink);

#endif
