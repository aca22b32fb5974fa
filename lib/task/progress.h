/* progress - DIR/progress: where the attempt stands, in words; made anew at most once a second */
#ifndef TASK_PROGRESS_H
#define TASK_PROGRESS_H

#include "task/failure.h"

enum { PROGRESS_TEXT = 512, PROGRESS_WORD = 128 };

enum phase { PHASE_STARTING, PHASE_THINKING, PHASE_TOOL, PHASE_RETRYING, PHASE_BACKGROUND,
	PHASE_ENDED };

/* What is known of the attempt so far; rca-task(5) progress is this in words. */
struct progress {
	enum phase phase;
	long open_tools;
	long background;        /* pieces of work open that outlive the agent's turn */
	long unfinished;        /* ... that were, when it said its last word or since */
	/* name and summary of the tool opened last, while one is open; in PHASE_BACKGROUND, of that work */
	char tool[PROGRESS_WORD];
	long long turns, tokens_in, tokens_out;
	double cost_usd;
	char text[PROGRESS_TEXT];     /* last line of text, one line, stripped */
	char session[PROGRESS_WORD];
	long long events;       /* events read in this attempt */
	/* the last word is an end that says success: the how many-th; 0 it is not */
	int ended;
	enum failure failure;   /* ... or an error */
	char error[PROGRESS_TEXT];
	long long resume_at;    /* epoch seconds; 0 none */
	/* set by the relay: this attempt brought work (an answer, a tool call), not only complaints */
	int fresh;
};

const char *progress_phase_word(enum phase p);

/* Replaces dir/progress (fsynced in the phase `ended` alone: after a power cut it may be old or empty). last_event in epoch seconds, 0: none yet. 0, -1 with errno. */
int progress_save(int dir, const struct progress *p, long long last_event);

/* Reads it; what is not there, or is not understood, stays 0. 0, -1 with errno. */
int progress_load(int dir, struct progress *p, long long *last_event);

/* The same from text already in memory, which is changed. */
void progress_parse(struct progress *p, long long *last_event, char *text);

/* Work was done: an answer or a tool call, not only an agent's own words about a failed request. */
int progress_work(const struct progress *p);

/* dst = the totals (turns, tokens, cost) of a plus those of b, all else from b. replace: tokens and cost of b include those of a, once b has any. */
void progress_add(struct progress *dst, const struct progress *a, const struct progress *b,
	int replace);

#endif
