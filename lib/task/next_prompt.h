/* next_prompt - DIR/resume: that the task is to be resumed, and what the agent is told then */
#ifndef TASK_NEXT_PROMPT_H
#define TASK_NEXT_PROMPT_H

#include <sys/types.h>

#include "base/err.h"

/* What dir/resume was when an attempt took it. */
struct next_prompt {
	int there;
	ino_t ino;
	dev_t dev;
	off_t size;
	unsigned long long hash;
};

/*
 * Adds n bytes to dir/resume, after a blank line if it holds words already, and a newline if it
 * lacks one. The caller holds manifest.lock. 0; else the exit code with why, and nothing has
 * changed: EX_CALLER it would become larger than PROMPT_MAX, EX_SYSTEM.
 */
int next_prompt_add(int dir, const char *text, size_t n, char why[WHY]);

/* Notes what is in dir/resume. The caller holds manifest.lock until it has built the input. */
void next_prompt_take(int dir, struct next_prompt *x);

/* The agent was given x: removes that, and keeps what was added since. Takes manifest.lock. */
void next_prompt_used(int dir, const struct next_prompt *x);

#endif
