/* liveness - whether a task is still being carried on */
#include "task/liveness.h"

#include "base/clock.h"
#include "task/state.h"

int
liveness_look(const struct task *t, struct life *l, struct manifest *m, char why[WHY])
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
	/* Nobody holds anything of a registered session: it is there until it is said to be gone. */
	l->held = s.held || s.adopted;
	if (s.done)
		l->is = LIFE_OVER;
	else if (!state_alone(&s))
		l->is = LIFE_ON;
	else
		l->is = s.status == ST_CREATED ? LIFE_NEW : LIFE_LEFT;
	if (l->is != LIFE_LEFT)
		l->since = 0;
	else if (!l->since)
		l->since = clock_ms();
	return 0;
}

long
liveness_ends_in(const struct life *l)
{
	long long left;

	if (l->is == LIFE_OVER || (l->is == LIFE_LEFT && l->given_up))
		return 0;
	if (l->is != LIFE_LEFT)
		return -1;
	left = l->since + LIFE_PATIENCE_MS - clock_ms();
	return left > 0 ? (long)left : 0;
}

const char *
liveness_word(const struct life *l)
{
	return l->is == LIFE_OVER || l->status == ST_ABANDONED ? status_word(l->status) : "lost";
}
