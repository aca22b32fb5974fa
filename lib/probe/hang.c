/* hang - whether a silent attempt is hung */
#include "probe/hang.h"

enum { SPARE_S = 5 };

int
hang_wants_cpu(const struct hang *h, const struct hang_rule *r, long long now, long long last_write)
{
	return now - last_write >= r->silence_s && (!h->quiet || now - h->since >= r->grace_s);
}

static int
busy(const struct hang *h, const struct hang_evidence *l)
{
	long long wall_ms = (l->now - h->since) * 1000, used = l->cpu_ms - h->cpu_ms;

	/* A tree that lost processes may have "used" less than before: that is a sign of life, too. */
	return l->tools < h->tools || used < 0 || used * 100 > wall_ms * HANG_IDLE_PERCENT;
}

static void
begin(struct hang *h, const struct hang_evidence *l)
{
	h->since = l->now;
	h->cpu_ms = l->cpu_ms;
	h->tools = l->tools;
}

/* Who waits for background work after its last word is ended by the relay (linger.c); it must come first, so there is some time between. */
int
hang_excused(const struct hang_rule *r, const struct hang_evidence *l)
{
	return (l->tools > 0 && l->tool_age_s < r->tool_s) || (l->background > 0 && l->now - l->last_write < r->background_s + SPARE_S);
}

enum hang_finding
hang_step(struct hang *h, const struct hang_rule *r, const struct hang_evidence *l)
{
	if (l->now - l->last_write < r->silence_s) {
		h->quiet = 0;
		return HANG_NO;
	}
	if (!h->quiet) {
		h->quiet = 1;
		begin(h, l);
		return HANG_BEGUN;
	}
	if (l->now - h->since < r->grace_s)
		return HANG_QUIET;
	if (busy(h, l) || hang_excused(r, l)) {
		begin(h, l);
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
