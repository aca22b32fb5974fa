/* hang - whether a silent attempt is hung */
#include "probe/hang.h"

enum { LINGER_FIRST_S = 5 };

int
hang_wants_cpu(const struct hang *h, const struct hang_rule *r, long long now, long long last_write)
{
	return now - last_write >= r->silence_s && (!h->quiet || now - h->since >= r->grace_s);
}

static int
busy(const struct hang *h, const struct hang_evidence *e)
{
	long long wall_ms = e->at_ms ? e->at_ms - h->at_ms : (e->now - h->since) * 1000;
	long long used = e->cpu_ms - h->cpu_ms;

	/* A tree that lost processes may have "used" less than before, a sign of life as well. */
	return e->tools < h->tools || used < 0 || used * 100 > wall_ms * HANG_IDLE_PERCENT;
}

static void
begin(struct hang *h, const struct hang_evidence *e)
{
	*h = (struct hang){
		.quiet = 1, .since = e->now, .cpu_ms = e->cpu_ms, .at_ms = e->at_ms,
		.tools = e->tools
	};
}

/* The wrapper ends an agent that waits for background work too long; give it time to be first. */
int
hang_excused(const struct hang_rule *r, const struct hang_evidence *e)
{
	return (e->tools > 0 && e->tool_age_s < r->tool_s) ||
		(e->background > 0 && e->now - e->last_write < r->background_s + LINGER_FIRST_S);
}

enum hang_finding
hang_step(struct hang *h, const struct hang_rule *r, const struct hang_evidence *e)
{
	if (e->now - e->last_write < r->silence_s) {
		h->quiet = 0;
		return HANG_NO;
	}
	if (!h->quiet) {
		begin(h, e);
		return HANG_BEGUN;
	}
	if (e->now - h->since < r->grace_s)
		return HANG_QUIET;
	/* Nothing new was read since: that proves nothing, so the grace period begins again. */
	if (e->at_ms && e->at_ms <= h->at_ms) {
		begin(h, e);
		return HANG_QUIET;
	}
	if (busy(h, e) || hang_excused(r, e)) {
		begin(h, e);
		return HANG_BUSY;
	}
	return HANG_HUNG;
}

long long
hang_next(const struct hang *h, const struct hang_rule *r, long long now, long long base)
{
	long long left = h->quiet ? h->since + r->grace_s - now : base;

	return left < 1 ? 1 : left < base ? left : base;
}
