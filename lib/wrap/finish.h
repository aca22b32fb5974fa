/* finish - the last words of an attempt: exit_code, manifest, and `done` last of all */
#ifndef WRAP_FINISH_H
#define WRAP_FINISH_H

#include "base/err.h"
#include "task/task.h"
#include "wrap/outcome.h"

/*
 * Writes the outcome. Terminal status: exit_code, manifest, history, then done; `env` and `pid` go. Else: manifest and history. Done again once a second for a minute while the disk
 * does not take it. An exit code of 0 becomes 1 in *o if the status is not completed. 0; 1 if the status would be completed, but the next prompt already waits in `resume`: then nothing was written, and the agent is to go on; -1 with why: there is no done.
 */
int finish_write(const struct task *t, struct outcome *o, char why[WHY]);

/* After a terminal status a writer died before `done`: writes what is missing. 0, -1 with why. */
int finish_repair(const struct task *t, char why[WHY]);

/* The number in DIR/exit_code; -1 if there is none. */
int finish_code(const struct task *t);

#endif
