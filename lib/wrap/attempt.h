/* attempt - one attempt at a task: fresh or resumed, by what the files say; carried out, judged and written down */
#ifndef WRAP_ATTEMPT_H
#define WRAP_ATTEMPT_H

#include "base/err.h"
#include "task/manifest.h"
#include "task/task.h"
#include "wrap/outcome.h"

/*
 * The caller holds DIR/lock and has called selfpipe_catch. m is the manifest as it is now.
 * 0: the outcome is written (*o). 1: the agent is to go on at once (its check failed, or a next prompt waits). -1 with why: nothing could be run or written down; *code is the exit code.
 */
int attempt_run(const struct task *t, struct manifest *m, struct outcome *o, int *code, char why[WHY]);

#endif
