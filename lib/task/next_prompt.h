/* next_prompt - DIR/resume: the marker "continue", and the words the agent is given next; added to, taken, and used up */
#ifndef TASK_NEXT_PROMPT_H
#define TASK_NEXT_PROMPT_H

#include <sys/types.h>

#include "base/err.h"

/* What was there when an attempt took it. */
struct next_prompt {
	int there;
	ino_t ino;
	dev_t dev;
	off_t size;
	unsigned long long hash;
};

/*
 * Adds n bytes (and a newline where there is none) to dir/resume, after a blank line if something waits there already. The caller holds manifest.lock. 0; else the exit code with why: EX_CALLER
 * if it all becomes larger than PROMPT_MAX, EX_SYSTEM; nothing has changed then.
 */
int next_prompt_add(int dir, const char *text, size_t n, char why[WHY]);

/* Looks at dir/resume. The caller holds manifest.lock from here until the agent's input is put together. */
void next_prompt_take(int dir, struct next_prompt *x);

/* The agent has what was taken: that goes, what was added since stays. Takes manifest.lock. */
void next_prompt_used(int dir, const struct next_prompt *x);

#endif
