/*
 * failures - what one hook remembers for the next, in DIR/hooks; no I/O
 *
 * It holds the last payload that was acted on, the last failure and how often it came in a row,
 * and when a failure was last given to triage.
 */
#ifndef HOOK_FAILURES_H
#define HOOK_FAILURES_H

#include <stddef.h>

enum { FAILURES_SIZE = 512, FAILURES_TRIAGE_S = 60, FAILURES_STUCK = 3, FAILURES_TWICE_S = 5 };

struct failures {
	unsigned long long seen;  /* hash of the last payload that was acted on */
	long long seen_at;        /* epoch seconds */
	unsigned long long error; /* hash of the last failure */
	long long count;          /* how often it came in a row */
	long long triage_at;      /* epoch seconds; 0: never */
};

/* Any text: what is missing or not understood becomes 0. */
void failures_parse(struct failures *s, const char *text);
/* Returns the length. */
size_t failures_text(const struct failures *s, char buf[FAILURES_SIZE]);

/*
 * 1 if the same payload came FAILURES_TWICE_S ago or less: two settings files name rca-hook, and
 * the agent ran both. Otherwise 0, and the payload is remembered.
 */
int failures_twice(struct failures *s, unsigned long long payload, long long now);

enum failures_word { FAILURES_LATER, FAILURES_ASK, FAILURES_TELL };

/*
 * Counts a failure. FAILURES_TELL: the same one for the 3rd time in a row (then the 6th, 12th,
 * ...), which is stuck without asking a model; FAILURES_ASK: give it to triage, at most one a
 * minute; FAILURES_LATER: record it only.
 */
enum failures_word failures_add(struct failures *s, unsigned long long failure, long long now);

#endif
