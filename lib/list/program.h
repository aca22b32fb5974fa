/* program - runs a program in place of the live screen, or unseen beside it */
#ifndef LIST_PROGRAM_H
#define LIST_PROGRAM_H

#include <sys/types.h>

#include "base/err.h"
#include "list/canvas.h"

struct program {
	pid_t pid;        /* 0: none */
	int err;          /* what it complains comes from here */
	const char *name; /* taken off its complaint */
};

/*
 * Starts argv in a session of its own, without input and output; it may outlive us. name is kept.
 * 0, -1 with why. Signals must be caught (selfpipe.h): CHLD tells when to ask program_ended.
 */
int program_start(struct program *p, const char *name, char *const argv[], char why[WHY]);

/* 1 it has ended: its exit code, and the last line of its complaint, or ""; then pid is 0. */
int program_ended(struct program *p, int *code, char said[WHY]);

/*
 * Leaves the canvas, runs argv on its terminal and waits. feed: its input is what that program
 * prints, which is ended with it, and whose complaint is heard in its place; NULL: the terminal. As
 * program_ended; -1 with said: it was not started. If it stops, so do we. TERM, HUP and QUIT end it
 * and what it started, and *sig is the last of them. The caller enters the canvas again.
 */
int program_show(struct canvas *c, const char *name, char *const argv[], char *const feed[],
                 int *sig, char said[WHY]);

#endif
