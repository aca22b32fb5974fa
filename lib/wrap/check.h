/* check - a task's acceptance check, and the words that send the agent back to work */
#ifndef WRAP_CHECK_H
#define WRAP_CHECK_H

#include "engine/stop_signal.h"
#include "wrap/attempt.h"

/*
 * Runs `sh -c check` in the project directory, with its output in DIR/check.log, and ends
 * everything that it leaves running. With *stop STOP_NOT, *code is its exit code (128+signal).
 * Otherwise a signal asked for an end, the check was ended, and *code is 128 and that signal. 0; -1
 * with why.
 */
int check_run(const struct attempt *a, const char *check, enum stop_signal *stop, int *code,
	char why[WHY]);

/*
 * Puts into DIR/resume what failed and the end of check.log, before a next prompt that waits there.
 * 0, -1 with errno.
 */
int check_send_back(const struct task *t, const char *check, int code);

/* Adds to output.log that the check begins, or its result; if it failed, the end of its output. */
enum { CHECK_BEGINS = -1 };
void check_log(const struct task *t, const char *check, int code);

#endif
