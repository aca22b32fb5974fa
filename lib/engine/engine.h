/* engine - calls lib/plugins/engines/NAME, the program that holds a task's process (see rca(7)) */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stddef.h>

#include "base/err.h"

/*
 * Runs NAME VERB TASKDIR [ARG...] for at most wait_ms. args ends with NULL, or is NULL. out (may be
 * NULL) gets its standard output, NUL-terminated and cut at size; why gets its standard error.
 * Returns its exit code (128+signal); -1 with why if there is no such engine, or it was too slow
 * and was ended.
 */
int engine_call(const char *name, const char *verb, const char *taskdir, char *const *args,
	char *out, size_t size, long wait_ms, char why[WHY]);

/*
 * The same for `send -l`, which types n bytes of text as they are, as one paste if the program asks
 * for pastes. The engine reads them from standard input, as everybody can read its arguments.
 */
int engine_send(const char *name, const char *taskdir, const char *text, size_t n, char why[WHY]);

/* The path of an engine, the user's ($XDG_CONFIG_HOME/rca/engines) or ours. 0; -1 with why. */
int engine_find(const char *name, char *buf, size_t size, char why[WHY]);

#endif
