/* gate - the acceptance check of a task, and the words that send the agent back */
#ifndef GATE_H
#define GATE_H

#include "err.h"
#include "task.h"

/*
 * Runs `sh -c check` in dir with env, output to DIR/check.log, and waits. Its exit code (128+signal) in *code.
 * 0; 1 an end was asked for meanwhile (the check is ended); -1 with why. Everything the check leaves behind is ended.
 */
int gate_run(const struct task *t, const char *check, const char *dir, char *const *env, int *code, char why[WHY]);

/* Writes DIR/resume: what failed, with the tail of check.log; a next prompt that waits there already is kept, after it. 0, -1 with errno. */
int gate_send_back(const struct task *t, const char *check, int code);

#endif
