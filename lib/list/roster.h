/* roster - the tasks to be shown: found, read, filtered, in order; kept from one look to the next */
#ifndef LIST_ROSTER_H
#define LIST_ROSTER_H

#include <time.h>

#include "base/err.h"
#include "list/entry.h"

struct roster {
	struct list *l;
	unsigned want;         /* statuses to be shown, 1U << status each (ST_LAST: broken); 0: all */
	int named;             /* only those of roster_name, in that order */
	struct entry **all;     /* by name, or as named */
	size_t n, room;
	struct entry **shown;   /* those that have not ended first, then the newest first, then by name; or as named */
	size_t nshown;
	unsigned pass;
	struct timespec changed;
};

/* Adds a task by the name or path somebody gave. 0; else the exit code with why. What is merely broken is added. */
int roster_name(struct roster *r, const char *arg, char why[WHY]);

/* Finds and reads again. 0, -1 with why. Items of an earlier look are gone if their tasks are. */
int roster_look(struct roster *r, char why[WHY]);

int roster_wants(const struct roster *r, const struct entry *it);
void roster_free(struct roster *r);

#endif
