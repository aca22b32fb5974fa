/* usage - what an attempt has open and has used: tool calls, turns, tokens, cost; no I/O */
#ifndef EVENTS_USAGE_H
#define EVENTS_USAGE_H

#include <stddef.h>

#include "task/progress.h"

enum {
	USAGE_TOOLS = 64, /* open at once; more are not counted */
	USAGE_BACKGROUND = 64, /* ... in the background */
	USAGE_CALLS = 16  /* model calls whose usage may still be corrected */
};

struct call {
	unsigned long long id; /* its hash */
	double in, out, cost;
};

struct usage {
	int ntools;
	struct call calls[USAGE_CALLS];
	int ncalls;
	double in, out, cost;
	long long turns;
	double in_before, out_before; /* as the last sums left them */
	long long turns_before;
	int nbackground;
	struct {
		unsigned long long id;
		char what[PROGRESS_WORD];
	} tools[USAGE_TOOLS]; /* oldest first */
	struct background {
		unsigned long long id, name;
		char what[PROGRESS_WORD];
	} background[USAGE_BACKGROUND]; /* oldest first */
};

/*
 * A tool call begins; what: name and summary. 0 that id is open already; 1. Without an id (n 0) it
 * is always a new call.
 */
int usage_open(struct usage *t, const char *id, size_t n, const char *what);
/* It ends; without an id, the one opened last. 1; 0 it was not open. */
int usage_close(struct usage *t, const char *id, size_t n);
void usage_close_all(struct usage *t);

/*
 * A model call used this much (below 0: unknown), in place of what was given for that id before. A
 * new id, or none, is a turn.
 */
void usage_use(struct usage *t, const char *id, size_t n, double in, double out, double cost);
/*
 * The agent's own sums replace ours, those above 0. since: tokens and turns are counted since its
 * last sums, not since the attempt began; the cost is always the attempt's.
 */
void usage_sums(struct usage *t, int since, double in, double out, double cost, double turns);

/* Work in the background begins, or still runs; what: name and summary. */
void usage_background(struct usage *t, const char *id, size_t n, const char *name, size_t nname,
	const char *what);
/* It is over: that id; without one (n 0) all of that name; without a name all. */
void usage_background_over(struct usage *t, const char *id, size_t n, const char *name,
	size_t nname);

void usage_show(const struct usage *t, struct progress *p);

#endif
