/* needs - what a task wants that nobody may be carrying on */
#include "watchdog/needs.h"

int
needs_wants(const struct state *s, int due)
{
	if (s->done || s->watched || s->launching)
		return 0;
	/* Its prompt may not be written yet: it has not been asked for. */
	if (s->status == ST_CREATED && !s->start_failed && !s->stop)
		return 0;
	if (s->given_up && !s->stop)
		return due ? NEEDS_LIFT | NEEDS_MONITOR : 0;
	if ((s->status == ST_RUNNING || s->status == ST_LAUNCHING) && !s->held && !s->stop && !s->adopted)
		return NEEDS_MONITOR | NEEDS_TELL;
	return NEEDS_MONITOR;
}
