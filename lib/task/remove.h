/*
 * remove - removes a task directory, or what dead writers left in it; never follows a symlink, and
 * never leaves the directory's own tree
 */
#ifndef TASK_REMOVE_H
#define TASK_REMOVE_H

#include "base/err.h"
#include "task/task.h"

/* Removes t: renames it first, so that there is a whole task or none. 0, -1 with why. */
int remove_task(struct task *t, char why[WHY]);

/* 0, also if there is no path; -1 with why if something is mounted in it: then nothing may go. */
int remove_mounted(const char *path, char why[WHY]);

/*
 * Removes temporaries (.NAME.new), the launcher's fifo, and temporaries in the outbox
 * untouched for a minute; with over (the task needs a new launch) also env, input and pid, which
 * only a running one needs. 0, -1 with why.
 */
int remove_leftovers(const struct task *t, int over, char why[WHY]);

/*
 * Removes the .new-* and .gone-* in the directory parent untouched for a minute: dead
 * makers and removers of tasks left them. 0, -1 with why.
 */
int remove_unfinished(const char *parent, char why[WHY]);

#endif
