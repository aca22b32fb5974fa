/* attach - a person looks into a task: the terminal is the engine's until they leave it */
#ifndef ENGINE_ATTACH_H
#define ENGINE_ATTACH_H

#include "base/err.h"

/*
 * Runs the engine's `attach TASKDIR` (`-r`, unless typing: what is typed does not reach the program) on the terminal of that name, in our own process group, and waits. Its exit code, and in why what it complained of; -1 with why: it could not
 * be started. Signals (selfpipe.h) are to be caught already: one that asks for an end, but for Ctrl-C, ends it and is left in *sig (else 0).
 */
int attach_run(const char *engine, const char *taskdir, const char *terminal, int typing, int *sig, char why[WHY]);

#endif
