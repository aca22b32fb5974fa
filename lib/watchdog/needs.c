/* needs - what the watchdog does for a task whose monitor may be gone */
#include "watchdog/needs.h"

int
needs_of(const struct state *s, int due)
{
	int running = s->status == ST_RUNNING || s->status == ST_LAUNCHING;

	if (s->done || s->watched || s->launching)
		return 0;
	/* It was never launched: perhaps its prompt is not written yet. */
	if (s->status == ST_CREATED && !s->start_failed && !s->stop)
		return 0;
	if (s->given_up && !s->stop)
		return due ? NEEDS_TAKE_UP | NEEDS_MONITOR : 0;
	if (running && !s->held && !s->stop && !s->adopted)
		return NEEDS_MONITOR | NEEDS_NOTICE;
	return NEEDS_MONITOR;
}
