/* prompt - the instructions of a task: read, stored, and put together for an attempt */
#ifndef TASK_PROMPT_H
#define TASK_PROMPT_H

#include <stddef.h>

#include "base/err.h"

enum {
	PROMPT_MAX = 10 * 1024 * 1024,
	PROMPT_ARG_MAX = 127 * 1024 /* as an argument: Linux takes 128 KiB, option and all */
};

struct prompt {
	char *text;
	size_t n;
};

/*
 * Reads a prompt (a path; "-": standard input) whole, however long its writer takes: call it before
 * any lock is taken, and before any chdir. 0, and p is for prompt_free; else the exit code with
 * why: EX_CALLER it is missing, blank, a directory, or larger than PROMPT_MAX; EX_SYSTEM.
 */
int prompt_load(const char *from, struct prompt *p, char why[WHY]);
void prompt_free(struct prompt *p);

/* Replaces dir/name by it, durably. 0; EX_SYSTEM with why, and nothing has changed. */
int prompt_store(const struct prompt *p, int dir, const char *name, char why[WHY]);

/*
 * 0 if an agent can be started with dir/prompt, and (argument) be given it as an argument; else as
 * prompt_load.
 */
int prompt_check(int dir, int argument, char why[WHY]);

/*
 * Reads the descriptor of prompt_input for an argument, for free(). NULL with errno and why: E2BIG
 * it is longer than PROMPT_ARG_MAX, EINVAL there is a NUL in it.
 */
char *prompt_argument(int in, char why[WHY]);

enum prompt_kind {
	PROMPT_FRESH,    /* the prompt itself */
	PROMPT_AGAIN,    /* the last session is lost: says so, then the prompt, the next prompt */
	PROMPT_REPEATED, /* resumed, but the session may not hold the prompt: both prompts */
	PROMPT_RESUMED,  /* resumed: the next prompt; if that is blank, words to go on */
	PROMPT_CUT       /* its last turn was cut off: words to go on, the next prompt */
};

/*
 * What the attempt reads on standard input: a close-on-exec descriptor, at its start; -1 with
 * errno. The next prompt is dir/resume; all kinds but FRESH are put together in dir/input.
 */
int prompt_input(int dir, enum prompt_kind kind);

#endif
