/* run - runs a program to its end, with input, bounded output and a time limit */
#ifndef PROC_RUN_H
#define PROC_RUN_H

#include <stddef.h>

#include "base/err.h"
#include "proc/spawn.h"

struct run {
	struct spawn spawn; /* its fd[0-2] are used where input, out and err are NULL */
	const char *input;  /* input_size bytes; the program need not read them */
	size_t input_size;
	char *out, *err;    /* what it prints, NUL-terminated; what does not fit is dropped */
	size_t out_size, err_size, out_len, err_len;
	int enough;         /* the program is ended when it prints more than fits into out */
	long ms;            /* time limit in milliseconds; -1: none */
	/*
	 * Called for each signal that selfpipe_catch has caught; if it does not return 0, the
	 * program is ended. NULL: signals stay in the self-pipe, and the end of output has to tell
	 * of the end.
	 */
	int (*on_signal)(struct run *r, int sig);
	void *ctx;
	pid_t pid;
	const char *step;   /* of spawn_start, the one that failed */
	long grace_ms;      /* the rest is for run_tree: time between TERM and KILL */
	int may_leave;      /* what it has left running may go on, if it ended in time itself */
};

/*
 * Returns the exit code (128+signal); -1 with errno: of spawn_start, ETIMEDOUT, or EINTR if
 * on_signal asked for the end. A program that is late is killed, with its session if it has one.
 */
int run_program(struct run *r);

/* The same, but all descendants of ours are ended with it (after process_adopt); -1 with why. */
int run_tree(struct run *r, char why[WHY]);

/* For on_signal: TERM, INT, HUP and QUIT end the program. */
int run_until_signal(struct run *r, int sig);

/* said becomes the last line of text, which is cut, without "name: " at its beginning. */
void run_last_line(const char *name, char *text, char said[WHY]);

/* Makes one line of what a program complained: no newlines at the end, no control characters. */
void run_tidy(char *s);

/*
 * Runs another program of this installation, name ("rca-wrap") with args (at most RUN_ARGS,
 * NULL-terminated), for at most ms milliseconds (-1: no limit): standard input is in (-1: none),
 * standard output is /dev/null, standard error is ours; group is SPAWN_SAME or SPAWN_SESSION.
 * Returns its exit code, or EX_NOTFOUND, EX_SYSTEM (not started), EX_TIMEOUT (killed).
 */
enum { RUN_ARGS = 8 };
int run_own(const char *name, const char *const *args, int in, enum spawn_group group, long ms);

/*
 * The same without input; said gets the last line of its standard error, without the program's
 * name, or why it was not started. aloud: our own standard error gets all of it.
 */
int run_own_hear(const char *name, const char *const *args, enum spawn_group group, long ms,
	int aloud, char said[WHY]);

#endif
