/* daemonize - a program of ours that goes on in a session of its own once it has said that it is ready */
#ifndef TASK_DAEMONIZE_H
#define TASK_DAEMONIZE_H

#include "base/err.h"
#include "task/task.h"

/* 1 in the copy that daemonize_run started. */
int daemonize_inside(void);

/*
 * Runs `name -d TASKDIR` in a session of its own; what it complains about goes to DIR/log. quiet: of our environment it gets what it and the notifiers it starts need, and no
 * secrets; else all. Waits until it is ready, or has ended. Its exit code (0: ready); or ours, with why ("" if it said so itself).
 */
int daemonize_run(const struct task *t, const char *name, const char *log, int quiet,
	char why[WHY]);

/* In the copy: it is ready. Standard output is nowhere from here on. 0, -1 with errno. */
int daemonize_ready(void);

#endif
