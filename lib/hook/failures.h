/* failures - what is remembered from one hook to the next (DIR/hooks): who was asked when, and which error came how often in a row; no I/O */
#ifndef HOOK_FAILURES_H
#define HOOK_FAILURES_H

#include <stddef.h>

enum { FAILURES_SIZE = 512, FAILURES_TRIAGE_S = 60, FAILURES_STUCK = 3, FAILURES_TWICE_S = 5 };

struct failures {
	unsigned long long seen;  /* hash of the last payload that something was done about */
	long long seen_at;        /* epoch seconds */
	unsigned long long error; /* hash of the last failure */
	long long count;          /* how often in a row */
	long long triage_at;      /* when a failure was last given to triage */
};

/* Whatever text holds: what is not understood counts as not there. */
void failures_parse(struct failures *s, const char *text);
/* Its length. */
size_t failures_text(const struct failures *s, char buf[FAILURES_SIZE]);

/* 1 if this very payload was here a moment ago: two settings files name us, and each has called. Else it is the last one from now on. */
int failures_twice(struct failures *s, unsigned long long payload, long long now);

enum failures_word { FAILURES_LATER, FAILURES_ASK, FAILURES_TELL };

/*
 * One more failure. FAILURES_TELL: the same one the third time in a row (and then the 6th, 12th, 24th ...): no model is needed to call that stuck.
 * FAILURES_ASK: triage, at most one a minute. FAILURES_LATER: recorded.
 */
enum failures_word failures_add(struct failures *s, unsigned long long failure, long long now);

#endif
