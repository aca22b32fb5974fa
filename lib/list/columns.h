/* columns - what a table of tasks shows of each: its columns, their words for a person or a program, their colours; no I/O */
#ifndef LIST_COLUMNS_H
#define LIST_COLUMNS_H

#include "list/entry.h"
#include "text/table.h"

enum { COLUMNS_CELL = PATH_MAX };

/* TASK STATUS HEALTH AGE TRY TOKENS COST LAST LINE; or, for the live screen, TASK STATUS HEALTH AGE TRY PHASE TURNS COST SINCE AT (current tool, or last line). */
enum columns_kind { COLUMNS_TABLE, COLUMNS_LIVE };

/* Fills c for tasks whose longest name takes `name` columns, on a terminal of so many. */
void columns_begin(struct column c[TABLE_COLUMNS], enum columns_kind kind, int name, int width);

size_t columns_count(enum columns_kind kind);

/*
 * The word in the i-th column, in buf or elsewhere; "-" where there is nothing. plain: for programs, age in seconds, numbers whole and costs in dollars; else for people.
 * now in epoch seconds.
 */
const char *columns_word(enum columns_kind kind, size_t i, int plain, const struct entry *it, const struct details *k, long long now, char buf[COLUMNS_CELL]);
enum ink columns_ink(enum columns_kind kind, size_t i, const struct entry *it, const struct details *k);

#endif
