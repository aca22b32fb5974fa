/* health - how a task is */
#include "probe/health.h"

const char *
health_word(enum health h)
{
	static const char *const words[] = { "ok", "quiet", "stale", "waiting_for_input", "lost" };

	return words[h];
}

static enum health
alive(const struct health_facts *f, const char **why)
{
	long long silent = f->look.now - f->look.last_write;
	/* By the clock of another host no silence can be measured, only by its monitor's watch. */
	int quiet = f->watched ? f->quiet : !f->elsewhere && silent >= f->rule.silence_s;

	if (f->waiting) {
		*why = "screen";
		return HEALTH_WAITING;
	}
	*why = f->adopted ? "session" : "lock";
	if (!f->rule.silence_s || !quiet)
		return HEALTH_OK;
	*why = "silence";
	if (f->elsewhere || silent < f->rule.silence_s + f->rule.grace_s)
		return HEALTH_QUIET;
	if (!hang_excused(&f->rule, &f->look))
		return HEALTH_STALE;
	*why = f->look.background ? "background work" : "open tool";
	return HEALTH_QUIET;
}

enum health
health_judge(const struct health_facts *f, const char **why)
{
	*why = "done";
	if (f->done)
		return HEALTH_OK;
	*why = "queue";
	if (f->held && f->queued)
		return HEALTH_OK;
	if (f->held)
		return alive(f, why);
	*why = "monitor";
	if (f->watched)
		return HEALTH_OK; /* it will launch, resume or wait */
	*why = "launch";
	if (f->launching)
		return HEALTH_OK;
	*why = "queue";
	if (f->queued == QUEUED_ENGINE)
		return HEALTH_OK;
	*why = "status";
	if (f->status == ST_CREATED)
		return HEALTH_OK;
	*why = f->adopted ? "session" : "the lock is free";
	return HEALTH_LOST;
}

int
health_well(enum health h, const struct health_facts *f)
{
	if (f->done)
		return f->status == ST_COMPLETED;
	return (h == HEALTH_OK || h == HEALTH_QUIET) &&
		(f->held || f->watched || f->launching || f->queued) &&
		f->status != ST_ABANDONED;
}
