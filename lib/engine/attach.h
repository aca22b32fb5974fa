/* attach - shows a task's terminal to a person until they leave it */
#ifndef ENGINE_ATTACH_H
#define ENGINE_ATTACH_H

#include "base/err.h"

/*
 * Runs the engine's `attach TASKDIR` on the named terminal, in our own process group, and waits;
 * with `-r` unless typing, so that keys do not reach the program. Its exit code, with its
 * complaint in why; -1 with why if it was not started. Signals must be caught (selfpipe.h): TERM,
 * HUP and QUIT end it, and *sig is the last of them, or 0.
 */
int attach_run(const char *engine, const char *taskdir, const char *terminal, int typing, int *sig,
	char why[WHY]);

#endif
