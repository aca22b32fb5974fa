/* task - finds, checks and opens a task directory */
#ifndef TASK_TASK_H
#define TASK_TASK_H

#include <limits.h>

#include "base/err.h"

enum { TASK_LABEL = 160 };

struct task {
	int fd;                /* the directory, close-on-exec */
	char path[PATH_MAX];   /* absolute, no symlinks: also the value of RCA_TASK */
	char name[TASK_LABEL]; /* last component */
};

/*
 * RCA_HOME, or its default; it need not exist yet. 0; -1 with why: too long, no HOME, not absolute,
 * or other users could put something in its place.
 */
int task_home(char *buf, size_t size, char why[WHY]);

/*
 * Opens the task arg: a path if it holds a '/', else a name under RCA_HOME/tasks. It must be a
 * directory (not a symlink) of ours, not writable by others, that holds a manifest. 0, else the
 * exit code with why: EX_GONE no such task, EX_CALLER not to be trusted or not a name, EX_SYSTEM.
 */
int task_open(struct task *t, const char *arg, char why[WHY]);
/* task_open; on failure complains and exits. */
void task_open_or_die(struct task *t, const char *arg);
void task_close(struct task *t);

/*
 * Calls f with the name of each task under RCA_HOME/tasks (but for dot-names, which are being made)
 * until it returns non-0, which is returned; else 0. -1 with why if the directory cannot be read;
 * it need not exist.
 */
int task_each(int (*f)(void *ctx, const char *name), void *ctx, char why[WHY]);
/* The same for the directory dir, which must exist. */
int task_each_in(const char *dir, int (*f)(void *ctx, const char *name), void *ctx, char why[WHY]);

#endif
