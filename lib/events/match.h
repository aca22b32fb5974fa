/* match - one rule that matched an event; for apply.c and final_state.c */
#ifndef EVENTS_MATCH_H
#define EVENTS_MATCH_H

#include "events/attempt.h"

struct match {
	struct events *e;
	int rule;
	long elem; /* the array element that it matched; -1: the event as such */
	long long now;
};

/* Field of the rule. 1; 0 it is not there, and g is "". */
int match_get(struct match *m, enum field field, struct got *g);
/* The field as a number; -1 if it is not there, or not a number from 0 up. */
double match_number(struct match *m, enum field field);
/* The field as one clean line. Its length. */
size_t match_line(struct match *m, enum field field, char *buf, size_t size);

/* g, a field of this rule, is the agent's final text so far. */
void match_final(struct match *m, const struct got *g);

#endif
