/* retry - how often, after what wait and for how long a task is carried on */
#include "monitor/retry.h"

#include <string.h>

#include "base/clock.h"
#include "file/file.h"
#include "probe/effective.h"
#include "task/progress.h"

int
retry_resumes(const struct task *t, const struct manifest *m, const struct config *c)
{
	return file_there(t->fd, "command") != 1 || effective_service(t, m, c);
}

/* Time spent waiting for a usage limit does not count. */
long long
retry_lasts(const struct task *t, const struct manifest *m, const struct config *c)
{
	long long s = effective_deadline(t, m, c);

	return s ? manifest_num(m, "waited", 0) + s : 0;
}

/* The first retry is made at once; the next ones wait base, 2 base, 4 base ... up to max. */
static long long
backoff(long long n, long long base, long long max)
{
	if (n <= 0)
		return 0;
	while (--n > 0 && base < max)
		base *= 2;
	return base < max ? base : max;
}

static int
brought_work(const struct task *t)
{
	struct progress p;
	long long last;

	return !progress_load(t->fd, &p, &last) && p.fresh;
}

/*
 * How long the last attempt lasted; -1: not known. A wrapper that lived to its end measured it.
 * Otherwise two time stamps tell; if the clock was set between them, one wait is wrong.
 */
static long long
lasted_ms(const struct manifest *m)
{
	long long from = clock_parse(manifest_get(m, "attempt_at")),
		to = clock_parse(manifest_get(m, "finished_at"));
	long long ms = manifest_num(m, "ran_ms", 0);

	if (ms > 0)
		return ms;
	return from > 0 && to >= from ? (to - from) * 1000 : -1;
}

/*
 * The last attempt failed soon, and by itself. Even an answer in it is then no reason to retry at
 * once: the token limit may cut it short every time.
 */
static int
failed_at_once(const struct manifest *m, long long base)
{
	const char *reason = manifest_get(m, "reason");
	long long ms = lasted_ms(m);

	if (!strncmp(reason, "signal:", 7) || !strcmp(reason, "wrapper_gone")
		|| !strcmp(reason, "terminated"))
		return 0;
	return ms >= 0 && ms < base * 1000;
}

/*
 * The output of a service does not show that it is well, but its duration does: after the longest
 * wait all its retries are taken back. An attempt counts once, so that a failing launch after it is
 * a step of the backoff like any other.
 */
struct retry
retry_next(const struct task *t, const struct manifest *m, const struct config *c)
{
	long long base = config_num(c, m, "base"), max = config_num(c, m, "max_interval");
	int service = effective_service(t, m, c), well;
	struct retry p = { 0 };

	well = service ? lasted_ms(m) >= max * 1000 : brought_work(t) && !failed_at_once(m, base);
	p.well = well && manifest_num(m, "attempt", 0) != manifest_num(m, "steady", -1);
	p.retries = p.well && service ? 0 : manifest_num(m, "retry_count", 0);
	p.steps = p.well ? 0 : manifest_num(m, "backoff", 0);
	p.wait_s = backoff(p.steps, base, max);
	p.over = p.retries >= config_num(c, m, "max_retries");
	return p;
}
