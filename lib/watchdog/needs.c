/* needs - what the watchdog does for a task whose monitor may be gone */
#include "watchdog/needs.h"

#include "base/clock.h"

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
	if (running && !s->held && !s->queued && !s->stop && !s->adopted)
		return NEEDS_MONITOR | NEEDS_NOTICE;
	return NEEDS_MONITOR;
}

int
needs_step(int needs, const struct state *s, const struct manifest *m, long long now)
{
	const char *at = s->status == ST_LIMITED ? "resume_at" : "retry_at";

	if (!s->stop && (s->held || clock_parse(manifest_get(m, at)) > now))
		return 0;
	return needs & ~NEEDS_NOTICE;
}
