/* row - one row of a terminal: characters written, written over, erased, by column; no I/O */
#ifndef TEXT_ROW_H
#define TEXT_ROW_H

#include <stddef.h>

enum {
	ROW_LINE = 4096,         /* bytes of a row at which it is full */
	ROW_REACH = 255,         /* spaces that a cursor beyond the end makes, at most */
	ROW_SIZE = 9 * ROW_LINE  /* bytes that b holds: a full row of tabs, made into spaces, and what one call adds */
};

/*
 * b holds well-formed UTF-8 without controls but tab. A caller may fill b and len by itself before row_begin. A cell is a character
 * with the marks (of no width) that follow it; a tab is a cell up to the next multiple of 8.
 */
struct row {
	size_t len; /* bytes used of b */
	size_t cur; /* where the cell at column `at` begins */
	size_t at;
	size_t col; /* the cursor's column; after a motion it is another than `at`, until the next write */
	size_t low; /* b[low] was changed since row_begin, nothing before it; beyond len if nothing */
	char b[ROW_SIZE];
};

/* The columns that n bytes take from the left edge on. */
size_t row_columns(const char *s, size_t n);

/* Takes b[0..len) as the row, the cursor behind it. */
void row_begin(struct row *r);

/* Writes n bytes (UTF-8 without controls but tab) at the cursor. Returns how many were taken: fewer when the row is full. */
size_t row_put(struct row *r, const char *s, size_t n);

/* The cursor to a column, from 0, and by so many columns to a side. */
void row_to(struct row *r, size_t col);
void row_left(struct row *r, size_t n);
void row_right(struct row *r, size_t n);

/* As the control functions of ECMA-48 do: EL to the end, EL from the beginning, EL all; ECH, DCH, ICH; REP. */
void row_erase_right(struct row *r);
void row_erase_left(struct row *r);
void row_erase(struct row *r);
void row_blank(struct row *r, size_t n);
void row_delete(struct row *r, size_t n);
void row_insert(struct row *r, size_t n);
void row_repeat(struct row *r, size_t n);

/* Drops spaces from the end, but none of the first `keep` bytes. */
void row_trim(struct row *r, size_t keep);

#endif
