/* finish - writes the end of an attempt: exit_code, manifest, and `done` last of all */
#ifndef WRAP_FINISH_H
#define WRAP_FINISH_H

#include "base/err.h"
#include "task/task.h"
#include "wrap/outcome.h"

/*
 * Writes the outcome: with a terminal status exit_code, manifest, history and done, and env and pid
 * are removed; with another one manifest and history. An exit code of 0 becomes 1 in *o unless the
 * task has completed. 0; 1: nothing was written, because the task would have completed but its next
 * prompt waits in `resume`, so the agent is to go on; -1 with why: there is no done.
 */
int finish_write(const struct task *t, struct outcome *o, char why[WHY]);

/* Writes what is missing if the writer of a terminal status died before `done`. 0, -1 with why. */
int finish_repair(const struct task *t, char why[WHY]);

/*
 * for (i = 0; failed && finish_try(t, i); i++): 1 if try number i at a full disk is to be made. It
 * sleeps a second before each but the first, and gives up after a minute, or if the task is gone.
 */
int finish_try(const struct task *t, int i);

#endif
