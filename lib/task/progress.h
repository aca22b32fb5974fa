/* progress - DIR/progress: how far the attempt is; replaced at most once a second */
#ifndef TASK_PROGRESS_H
#define TASK_PROGRESS_H

#include "task/failure.h"
#include "text/report.h"

enum { PROGRESS_TEXT = 512, PROGRESS_WORD = 128 };

enum phase { PHASE_STARTING, PHASE_THINKING, PHASE_TOOL, PHASE_RETRYING, PHASE_BACKGROUND,
	PHASE_ENDED };

/* What is known of the attempt so far. */
struct progress {
	enum phase phase;
	long open_tools;
	long background;          /* pieces of work that outlive the agent's turn */
	long unfinished;          /* the most of them that were open since its last word */
	char tool[PROGRESS_WORD]; /* name and summary of the tool, or background work, begun last */
	long long turns, tokens_in, tokens_out;
	double cost_usd;
	char text[PROGRESS_TEXT]; /* last line of text, stripped */
	char session[PROGRESS_WORD];
	long long events;         /* events read in this attempt */
	int ended;                /* which end it is, from 1, if the last word is an end; else 0 */
	enum failure failure;     /* if the last word is an error, or FAIL_NONE */
	char error[PROGRESS_TEXT];
	long long resume_at;      /* epoch seconds; 0 none */
	int fresh;                /* set by streams.c: this attempt did work (progress_work) */
};

const char *progress_phase_word(enum phase p);

/*
 * Replaces dir/progress. It is synced only in PHASE_ENDED, so a power cut may leave an old or empty
 * one. last_event: epoch seconds, 0 none yet. 0, -1 with errno.
 */
int progress_save(int dir, const struct progress *p, long long last_event);

/* Reads it; what is missing or malformed stays 0. 0, -1 with errno. */
int progress_load(int dir, struct progress *p, long long *last_event);
/* The same from text in memory, which is changed. */
void progress_parse(struct progress *p, long long *last_event, char *text);

/* Reports all of it but the text, unless there was no event yet. */
void progress_report(const struct progress *p, long long last_event, struct report *a);

/* 1 if there was an answer or a tool call, and not only words about a failed request. */
int progress_work(const struct progress *p);

/*
 * dst is b, with turns, tokens and cost of a added. replace: tokens and cost of b, once it has any,
 * include those of a.
 */
void progress_add(struct progress *dst, const struct progress *a, const struct progress *b,
	int replace);

/* For a person: "9999", "12k", "1.2M"; "$0.42", "<$0.01". Each returns buf. */
enum { PROGRESS_AMOUNT = 32 };
char *progress_count_words(long long n, char buf[PROGRESS_AMOUNT]);
char *progress_cost_words(double usd, char buf[PROGRESS_AMOUNT]);

#endif
