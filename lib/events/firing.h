/* firing - one rule that matched an event, and what it does; for apply.c and final_state.c */
#ifndef EVENTS_FIRING_H
#define EVENTS_FIRING_H

#include "events/evstate.h"

struct match {
	struct events *e;
	int rule;
	long elem;
	long long now;
};

/* A field: 0 if it is not there (then "" or -1); apply_line: as one clean line, its length. */
int apply_get(struct match *f, enum field field, struct got *g);
double apply_number(struct match *f, enum field field);
size_t apply_line(struct match *f, enum field field, char *buf, size_t size);

void apply_final(struct match *f, const struct got *g);

void final_state_on_end(struct match *f);
void final_state_on_error(struct match *f);
void final_state_on_open(struct match *f);
void final_state_on_retry(struct match *f);
void final_state_on_limit(struct match *f);
void final_state_on_nolimit(struct match *f);

#endif
