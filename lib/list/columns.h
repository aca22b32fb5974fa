/* columns - what a table of tasks shows of each: its words and colours; no I/O */
#ifndef LIST_COLUMNS_H
#define LIST_COLUMNS_H

#include "list/entry.h"
#include "text/table.h"

enum { COLUMNS_CELL = PATH_MAX };

/*
 * TABLE: task status health age try tokens cost line.
 * LIVE: task status health age try phase turns cost since doing (the current tool or last line).
 */
enum columns_kind { COLUMNS_TABLE, COLUMNS_LIVE };

/*
 * Divides a terminal `width` columns wide, for tasks whose longest name takes `name` columns.
 * Returns how many of c are in use; those of width 0 among them did not fit.
 */
size_t columns_begin(struct column c[TABLE_COLUMNS], enum columns_kind kind, int name, int width);

size_t columns_count(enum columns_kind kind);

/*
 * The word in the i-th column, in buf or elsewhere; "-" for nothing. plain: for programs, with ages
 * in seconds, whole numbers, and costs in dollars. now in epoch seconds.
 */
const char *columns_word(enum columns_kind kind, size_t i, int plain, const struct entry *e,
                         const struct details *d, long long now, char buf[COLUMNS_CELL]);
enum ink columns_ink(enum columns_kind kind, size_t i, const struct entry *e,
                     const struct details *d);

#endif
