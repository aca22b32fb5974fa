/* linger - an agent that has said its last word and does not exit */
#include "wrap/run.h"

#include <stdio.h>

#include "base/clock.h"
#include "task/history.h"

void
linger_look(struct run *u)
{
	struct supervised *r = u->r;

	if (u->ev) {
		r->progress = *events_progress(u->ev);
		if (r->progress.ended != u->ended)
			u->ended_at = clock_ms();
		u->ended = r->progress.ended;
	} else if (r->pty) {
		r->progress.phase = u->reaped ? PHASE_ENDED : PHASE_THINKING;
	}
}

/*
 * Work that it left open in the background wakes it when that is over, so it is left more time: from its word on, and not from the last event, for such work may tell of itself
 * for ever.
 */
long long
linger_over_at(const struct run *u)
{
	if (!u->r->progress.ended || u->reaped || u->ending)
		return 0;
	if (u->r->progress.background > 0)
		return u->ended_at + u->r->background_ms;
	return u->heard_at + u->r->linger_ms;
}

void
linger_tell_over(struct run *u)
{
	const struct progress *p = &u->r->progress;
	char open[32], waited[32];

	if (!p->background)
		return;
	snprintf(open, sizeof open, "%ld", p->background);
	snprintf(waited, sizeof waited, "%lld", (clock_ms() - u->ended_at) / 1000);
	history_add(u->r->task->fd, "background_timeout", (const char *const[]){ "open", open, "waited_s", waited, "work", p->tool, NULL });
}
