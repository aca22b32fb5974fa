/* roster - the tasks to be shown: found, read, filtered and sorted; kept from look to look */
#ifndef LIST_ROSTER_H
#define LIST_ROSTER_H

#include <time.h>

#include "base/err.h"
#include "list/entry.h"

struct roster {
	struct list *l;
	unsigned want;        /* statuses to show, 1U << status each (ST_LAST: broken); 0: all */
	int named;            /* only those of roster_name, in that order */
	struct entry **all;   /* by name, or as named */
	size_t n, room;
	struct entry **shown; /* not ended first, then newest first, then by name; or as named */
	size_t nshown;
	unsigned pass;
	struct timespec changed; /* entry_stamp of the tasks directory */
};

/* Adds a task by name or path, also a broken one. 0; else the exit code with why. */
int roster_name(struct roster *r, const char *arg, char why[WHY]);

/* Finds the tasks and reads them again. 0, -1 with why. Frees the entries of tasks that went. */
int roster_look(struct roster *r, char why[WHY]);

/* 1 if the entry has one of the wanted statuses. */
int roster_wants(const struct roster *r, const struct entry *e);

/* Columns of the longest name shown. */
int roster_widest(const struct roster *r);

void roster_free(struct roster *r);

#endif
