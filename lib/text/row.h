/* row - one row of a terminal: characters are written, overwritten and erased by column */
#ifndef TEXT_ROW_H
#define TEXT_ROW_H

#include <stddef.h>

enum {
	ROW_LINE = 4096,         /* bytes at which a row is full */
	ROW_REACH = 255,         /* most spaces that a cursor beyond the end adds */
	ROW_SIZE = 9 * ROW_LINE  /* of b: a full row of tabs as spaces, and what one call adds */
};

/*
 * b holds well-formed UTF-8 without controls but tab; b and len may be filled before row_begin.
 * A cell is a character with the marks of no width that follow it; a tab is one cell that reaches
 * to the next multiple of 8 columns.
 */
struct row {
	size_t len; /* bytes used of b */
	size_t cur; /* where the cell at column `at` begins */
	size_t at;
	size_t col; /* the cursor's column; differs from `at` between a motion and the next write */
	size_t low; /* the first byte changed since row_begin; beyond len: none */
	char b[ROW_SIZE];
};

/* The columns of n bytes that begin at the left edge. */
size_t row_columns(const char *s, size_t n);

/* Takes b[0..len) as the row, with the cursor at its end. */
void row_begin(struct row *r);

/* Writes n bytes at the cursor. Returns how many it took: fewer if the row is full. */
size_t row_put(struct row *r, const char *s, size_t n);

/* Moves the cursor to a column, from 0 on, or by n columns. */
void row_to(struct row *r, size_t col);
void row_left(struct row *r, size_t n);
void row_right(struct row *r, size_t n);

/* ECMA-48's EL to the end, EL from the beginning, EL of all; ECH, DCH, ICH; REP. */
void row_erase_right(struct row *r);
void row_erase_left(struct row *r);
void row_erase(struct row *r);
void row_blank(struct row *r, size_t n);
void row_delete(struct row *r, size_t n);
void row_insert(struct row *r, size_t n);
void row_repeat(struct row *r, size_t n);

/* Drops spaces at the end, but not from the first `keep` bytes. */
void row_trim(struct row *r, size_t keep);

#endif
