/* task - find, check and open a task directory */
#ifndef TASK_TASK_H
#define TASK_TASK_H

#include "base/err.h"
#include "base/system.h"

enum { TASK_LABEL = 160 };

struct task {
	int fd;                /* the directory, close-on-exec */
	char path[PATH_MAX];   /* absolute, no symlinks: also the mark RCA_TASK */
	char name[TASK_LABEL]; /* last component */
};

/*
 * RCA_HOME, or its default, which need not be there yet. 0; -1 with why: too long, no HOME, not
 * absolute, or others could put something in its place.
 */
int task_home(char *buf, size_t size, char why[WHY]);

/*
 * Opens TASK: a path if it holds a '/', else a name under RCA_HOME/tasks. It must be a directory (no symlink) of ours that nobody else can write, and hold a manifest.
 * 0, else the exit code with why: EX_GONE no such task, EX_CALLER not to be trusted or no task name, EX_SYSTEM.
 */
int task_open(struct task *t, const char *arg, char why[WHY]);
/* task_open, or the complaint and the end. */
void task_open_or_die(struct task *t, const char *arg);
void task_close(struct task *t);

/*
 * Calls f with the name of each task under RCA_HOME/tasks (those that are being made, dot-names, left out), until it returns non-zero, which is returned. -1 with why
 * if the directory cannot be read; none is no error.
 */
int task_each(int (*f)(void *ctx, const char *name), void *ctx, char why[WHY]);
/* The same for the directory dir; there being none is an error here. */
int task_each_in(const char *dir, int (*f)(void *ctx, const char *name), void *ctx, char why[WHY]);

#endif
