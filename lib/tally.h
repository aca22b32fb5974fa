/* tally - what an attempt has open and what it has used: tool calls, turns, tokens, cost; fixed tables, no I/O */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>

#include "events.h"

enum {
	TALLY_TOOLS = 64, /* open at once; more are not counted */
	TALLY_CALLS = 16  /* model calls whose usage may still be told anew */
};

struct call {
	unsigned long long id; /* its hash */
	double in, out, cost;
};

struct tally {
	int ntools;
	struct call calls[TALLY_CALLS];
	int ncalls;
	double in, out, cost;
	long long turns;
	struct {
		unsigned long long id;
		char what[EV_WORD];
	} tools[TALLY_TOOLS]; /* oldest first */
};

/* A tool call begins; what: name and summary. 0 if that id is open already; no id (n 0) is always another call. */
int tally_open(struct tally *t, const char *id, size_t n, const char *what);
/* ... ends; no id: the one opened last. 0 if it was not open. */
int tally_close(struct tally *t, const char *id, size_t n);
void tally_close_all(struct tally *t);

/* A model call used this much (below 0: not said); what it said of itself before is taken back. A new id, or none, is a turn. */
void tally_use(struct tally *t, const char *id, size_t n, double in, double out, double cost);
/* Sums that the agent gives itself count more than ours, those above 0. */
void tally_sums(struct tally *t, double in, double out, double cost, double turns);

void tally_show(const struct tally *t, struct progress *p);

#endif
