/* final_state - the last word of an attempt's events: an end, an error, or that it goes on */
#ifndef EVENTS_FINAL_STATE_H
#define EVENTS_FINAL_STATE_H

#include "events/match.h"

/* What a rule of that name does. */
void final_state_on_end(struct match *m);
void final_state_on_error(struct match *m);
void final_state_on_open(struct match *m);
void final_state_on_retry(struct match *m);
void final_state_on_limit(struct match *m);
void final_state_on_nolimit(struct match *m);

/* The agent says that it tries again, for the reason why (n bytes). */
void final_state_retry(struct events *e, const char *why, size_t n);
/* Sets e->p.phase by all that is known. */
void final_state_phase(struct events *e);

#endif
