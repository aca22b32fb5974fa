/* judge - decides what the end of a run means, runs the task's check, and records the end */
#ifndef WRAP_JUDGE_H
#define WRAP_JUDGE_H

#include "wrap/attempt.h"

/* As attempt_run, without *code. */
int judge_settle(struct attempt *a, struct agent_run *r, struct outcome *o, char why[WHY]);

#endif
