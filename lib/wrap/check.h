/* check - the acceptance check of a task, and the words that send the agent back */
#ifndef WRAP_CHECK_H
#define WRAP_CHECK_H

#include "base/err.h"
#include "engine/stop_signal.h"
#include "task/task.h"

struct check {
	const char *check, *dir, *engine;
	char *const *env;
	mode_t umask;
};

/*
 * Runs `sh -c check` in dir with env, output to DIR/check.log, and waits. *stop is STOP_NOT: *code is its exit code (128+signal). Else an end was asked for meanwhile, and the check was ended;
 * *code is 128 and the signal that asked. Everything the check leaves behind is ended. 0; -1 with why.
 */
int check_run(const struct task *t, const struct check *g, enum stop_signal *stop, int *code, char why[WHY]);

/* Writes DIR/resume: what failed, with the tail of check.log; a next prompt that waits there already is kept, after it. 0, -1 with errno. */
int check_send_back(const struct task *t, const char *check, int code);

/* Into the task's log: that it begins, or what came of it, with the end of its output if it failed. */
enum { CHECK_BEGINS = -1 };
void check_log(const struct task *t, const char *check, int code);

#endif
