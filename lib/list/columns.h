/* columns - what a table of tasks shows of each: its words and colours; no I/O */
#ifndef LIST_COLUMNS_H
#define LIST_COLUMNS_H

#include "list/roster.h"
#include "text/table.h"

enum { COLUMNS_CELL = PATH_MAX };

/*
 * The columns for a person: mark, task, status, since, try, tokens, cost, and what: the reason and
 * the last line, or the tool that runs. columns_begin divides a terminal `width` columns wide for
 * the tasks shown and returns how many of c are in use; those of width 0 among them did not fit, or
 * say the same of each task.
 */
size_t columns_begin(struct column c[TABLE_COLUMNS], const struct roster *r, int width,
                     long long now);

/* The word in the i-th column, in buf or elsewhere; "-" for nothing. now in epoch seconds. */
const char *columns_word(size_t i, const struct entry *e, const struct details *d, long long now,
                         char buf[COLUMNS_CELL]);
enum ink columns_ink(size_t i, const struct entry *e);

/*
 * The fields of a record for programs: task, status, health, age in seconds, attempts, tokens, cost
 * in dollars, last line. As columns_word.
 */
enum { COLUMNS_FIELDS = 8 };
const char *columns_field(size_t i, const struct entry *e, const struct details *d, long long now,
                          char buf[COLUMNS_CELL]);

/*
 * "1 needs somebody, 2 living, 10 ended, 40 more: -a; 1.2M tokens, $12.30". key: what shows the
 * 40. If nothing is shown, that is said. Returns buf.
 */
char *columns_total(const struct roster *r, const char *key, char *buf, size_t size);

#endif
