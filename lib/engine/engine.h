/* engine - calls lib/plugins/engines/NAME, the small program that knows how to hold a process (rca-engine contract: see rca(7)) */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stddef.h>

#include "base/err.h"

enum { ENGINE_ALIVE = 0, ENGINE_CLOSED = 1, ENGINE_DEAD = 2 }; /* exit codes of `alive` */

/*
 * Runs lib/plugins/engines/NAME VERB TASKDIR [ARG...] (args NULL-terminated, may be NULL) and waits, at most wait_ms. Its standard output goes into out (NUL-terminated, cut at size; may be NULL),
 * what it complains about into why. Its exit code (128+signal), or -1 with why: no such engine, or it did not end in time (and was ended).
 */
int engine_call(const char *name, const char *verb, const char *taskdir, char *const *args, char *out, size_t size, long wait_ms, char why[WHY]);

/* The same for "send -l": n bytes of text reach the engine on its standard input, for arguments can be read by all. */
int engine_send(const char *name, const char *taskdir, const char *text, size_t n, long wait_ms, char why[WHY]);

/* Whether NAME is an engine of this installation or of the user ($XDG_CONFIG_HOME/rca/engines): 0 with its path; -1 with why. */
int engine_find(const char *name, char *buf, size_t size, char why[WHY]);

#endif
