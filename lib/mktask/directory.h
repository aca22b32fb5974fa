/* directory - a task's directory in the making: all of it is published by one rename, or none */
#ifndef MKTASK_DIRECTORY_H
#define MKTASK_DIRECTORY_H

#include <limits.h>

#include "base/err.h"
#include "task/task.h"

struct directory {
	char parent[PATH_MAX], label[TASK_LABEL], hidden[TASK_LABEL + 32];
	int parentfd, fd; /* -1: not open */
	char tree[PATH_MAX + TASK_LABEL + 16], branch[TASK_LABEL + 16]; /* "": none */
};

/*
 * The functions return 0, or the exit code with why.
 *
 * directory_find opens parent (NULL: $RCA_HOME/tasks, which is made if need be), in which nobody
 * else may be able to put something. EX_NO: it has a task `label` already.
 */
int directory_find(struct directory *d, const char *parent, const char *label, char why[WHY]);

/*
 * Makes the directory under a hidden name and opens it. launch.lock is held from here on, so that
 * rca-reap can tell it from what a dead rca-mktask left. With alone, as a tree has a name of its
 * own at once, only one at a time makes a task `label`: others wait for it; EX_NO: it has made it.
 */
int directory_make(struct directory *d, int alone, char why[WHY]);

/*
 * Makes a working tree of the project, with the branch rca/name: $RCA_HOME/trees/label or, beside a
 * task that is elsewhere, .tree-label. out gets lines for the manifest. If it fails, the reason has
 * been printed.
 */
int directory_tree(struct directory *d, const char *project, const char *name, int elsewhere,
	char *out, size_t size);

/* Renames it to its label. Otherwise nothing is left of it; EX_NO: the task exists by now. */
int directory_publish(struct directory *d, char why[WHY]);

/* Removes it, with all files that rca-mktask writes, and its tree. */
void directory_remove(struct directory *d);

#endif
