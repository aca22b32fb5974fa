/* daemonize - runs a copy of this program in the background, in a session of its own */
#ifndef TASK_DAEMONIZE_H
#define TASK_DAEMONIZE_H

#include "base/err.h"
#include "task/task.h"

/* 1 in the copy that daemonize_run started. */
int daemonize_inside(void);

/*
 * Runs `name -d TASKDIR` in a session of its own, with stderr in DIR/log. quiet: it gets only the
 * environment that it and the notifiers it starts need, and no secrets. Waits until the copy is
 * ready, or has ended. The copy's exit code (0: ready), with why ""; or ours, with why.
 */
int daemonize_run(const struct task *t, const char *name, const char *log, int quiet,
	char why[WHY]);

/* The copy calls this when it is ready; its stdout then goes to /dev/null. 0, -1 with errno. */
int daemonize_ready(void);

#endif
