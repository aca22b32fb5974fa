/* result - DIR/result: the agent's final text */
#ifndef WRAP_RESULT_H
#define WRAP_RESULT_H

#include <sys/types.h>

#include "events/events.h"

/*
 * Writes the final text of the event stream, whole: it is decoded again from the line in
 * events.jsonl that ev names (its offsets count from start). If the file does not have every event
 * (whole is 0), ev's bounded copy is written. 0, -1 with errno.
 */
int result_from_events(int dir, struct events *ev, off_t start, int whole);

/* The end of what a command has printed; zeros at first. */
enum { RESULT_TAIL = 4096 };
struct result_tail {
	char s[2 * RESULT_TAIL];
	size_t n;
	int cut; /* it does not hold everything */
};

void result_tail_add(struct result_tail *t, const char *s, size_t n);

/* Writes the last RESULT_TAIL bytes of it, from the beginning of a line. 0, -1 with errno. */
int result_from_tail(int dir, const struct result_tail *t);

#endif
