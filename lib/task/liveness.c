/* liveness - whether a task has ended, for a tool that waits */
#include "task/liveness.h"

#include "base/clock.h"

int
liveness_look(const struct task *t, struct liveness *l, struct manifest *m, char why[WHY])
{
	char what[WHY];
	struct state s;
	int code = state_read(t, &s, m, what);

	if (code) {
		err_why(why, "%s: %.400s", t->name, what);
		return code;
	}
	l->status = s.status;
	l->attempt = manifest_num(m, "attempt", 0);
	l->given_up = s.given_up;
	l->held = s.held || s.adopted;
	if (s.done)
		l->is = LIVENESS_OVER;
	else if (!state_alone(&s))
		l->is = LIVENESS_ON;
	else
		l->is = s.status == ST_CREATED ? LIVENESS_NEW : LIVENESS_LEFT;
	if (l->is != LIVENESS_LEFT)
		l->since = 0;
	else if (!l->since)
		l->since = clock_ms();
	return 0;
}

long
liveness_ends_in(const struct liveness *l)
{
	long long left;

	if (l->is == LIVENESS_OVER || (l->is == LIVENESS_LEFT && l->given_up))
		return 0;
	if (l->is != LIVENESS_LEFT)
		return -1;
	left = l->since + LIVENESS_LOST_MS - clock_ms();
	return left > 0 ? (long)left : 0;
}

const char *
liveness_word(const struct liveness *l)
{
	return l->is == LIVENESS_OVER || l->status == ST_ABANDONED ? status_word(l->status)
		: "lost";
}
