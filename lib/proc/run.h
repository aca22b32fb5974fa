/* run - runs a program, gives it words, takes its answer; bounded in time and size, and nothing of it is left running */
#ifndef PROC_RUN_H
#define PROC_RUN_H

#include <stddef.h>

#include "base/err.h"

struct program {
	char *const *argv;
	char *const *env;      /* NULL: ours */
	const char *dir;       /* NULL: ours */
	const char *words;     /* for its standard input: n bytes; what it does not read is not missed */
	size_t n;
	char *out;             /* what it prints, NUL-terminated, ... */
	size_t size;           /* ... at most so much; one that prints more is ended */
	size_t got;
	char *err;             /* the same of its standard error, of which more is dropped; NULL: that goes nowhere */
	size_t err_size;
	long ms;
};

/*
 * Runs it in a session of its own. Its exit code (128+signal) once it has ended and said all, or has said more than fits; what it started is ended then. -1 with why and errno: ENOENT and the
 * like of exec, ETIMEDOUT, EINTR when SIGTERM, SIGINT, SIGHUP or SIGQUIT came for us. selfpipe_catch and snapshot_adopt come before.
 */
int run_program(struct program *a, char why[WHY]);

#endif
