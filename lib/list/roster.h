/* roster - the tasks to be shown: found, read, filtered and sorted; kept from look to look */
#ifndef LIST_ROSTER_H
#define LIST_ROSTER_H

#include <time.h>

#include "base/err.h"
#include "list/entry.h"
#include "list/remote.h"

/* Begins as zeros, but for l; what the caller may set comes first. */
struct roster {
	struct list *l;
	unsigned want;        /* choice_word's, or-ed; 0: all */
	int people;           /* by kind, newest first, and of those that ended only the last */
	int whole;            /* all that ended, too */
	const char *filter;   /* part of a name, or a shell pattern; NULL, "": all */
	struct remote *remotes; /* hosts whose tasks are listed, too; for one look */
	size_t nremotes;
	const char *here;     /* how this host is called among them; NULL: there are none */
	int away;             /* none of its own tasks */

	int named;            /* there are tasks of roster_name */
	struct roster_pattern { const char *text; int hit; } *patterns; /* hit: a task matched */
	size_t npatterns;
	struct entry **all;   /* by name; or, without patterns, as named */
	size_t n, room;
	struct entry **shown; /* not ended first, then newest first, then by name; or as named */
	size_t nshown;
	size_t count[KINDS + 1], hidden; /* of what is wanted; those of them that are not shown */
	long long tokens;     /* and their sums; 0 without people */
	double cost;
	unsigned pass;
	struct timespec changed; /* entry_stamp of the tasks directory */
};

/*
 * Adds a task by name or path, also a broken one, or all whose name, with or without the agent's,
 * matches a shell pattern; with `here`, each arg is a pattern. It is kept. 0; else the exit code
 * with why.
 */
int roster_name(struct roster *r, const char *arg, char why[WHY]);

/* Finds the tasks and reads them again. 0, -1 with why. Frees the entries of tasks that went. */
int roster_look(struct roster *r, char why[WHY]);

void roster_free(struct roster *r);

#endif
