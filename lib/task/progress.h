/* progress - DIR/progress: where the attempt stands, in words; made anew at most once a second */
#ifndef TASK_PROGRESS_H
#define TASK_PROGRESS_H

#include "events/events.h"

/* Replaces dir/progress (fsynced in the phase `ended` alone: after a power cut it may be old or empty). last_event in epoch seconds, 0: none yet. 0, -1 with errno. */
int progress_save(int dir, const struct progress *p, long long last_event);

/* Reads it; what is not there, or is not understood, stays 0. 0, -1 with errno. */
int progress_load(int dir, struct progress *p, long long *last_event);

/* The same from text already in memory, which is changed. */
void progress_parse(struct progress *p, long long *last_event, char *text);

/* Work was done: an answer or a tool call, not only an agent's own words about a failed request. */
int progress_work(const struct progress *p);

/* dst = the totals (turns, tokens, cost) of a plus those of b, all else from b. replace: tokens and cost of b include those of a, once b has any. */
void progress_add(struct progress *dst, const struct progress *a, const struct progress *b, int replace);

#endif
