/* apply - what an event changes: its rules fire, in the order of the agent's file */
#ifndef EVENTS_APPLY_H
#define EVENTS_APPLY_H

#include "events/attempt.h"

/* An event was read whole. */
void apply_event(struct events *e, long long now);

#endif
