/* deadline - how long all monitors of a task have watched it */
#include "monitor/deadline.h"

#include "base/clock.h"
#include "base/pairs.h"
#include "monitor/retry.h"

enum {
	KEEP_MS = 300000,
	PARTS = 20,       /* of a short deadline: it is noted after each */
	LATE_MS = 60000   /* what a look may take besides the base interval: engines, a full disk */
};

long long
deadline_ms(struct monitor *mo)
{
	return stopwatch_ms(&mo->watch, 2 * monitor_num(mo, "base") * 1000 + LATE_MS);
}

void
deadline_excuse(struct monitor *mo, long long since_ms)
{
	long long s = (deadline_ms(mo) - since_ms) / 1000;

	if (s > 0)
		monitor_change(mo, PAIRS("waited",
			PAIRS_NUMBER(manifest_num(&mo->m, "waited", 0) + s)));
}

/* Starts from the manifest's sum, because rca-launch -r sets it to 0. */
static long long
watched_ms(struct monitor *mo)
{
	return manifest_num(&mo->m, "watched", 0) * 1000 + deadline_ms(mo) - mo->kept_ms;
}

int
deadline_keep(struct monitor *mo)
{
	long long all = watched_ms(mo), total = mo->watch.total_ms, sum = all / 1000;
	const char *since = monitor_get(mo, "watched_since");
	int r;

	if (!retry_lasts(&mo->t, &mo->m, &mo->conf) || sum == manifest_num(&mo->m, "watched", -1))
		return MONITOR_ON;
	monitor_change(mo, PAIRS("watched", PAIRS_NUMBER(sum),
		"watched_since", *since ? since : PAIRS_TIME(clock_now())));
	if ((r = monitor_reload(mo)) == MONITOR_ON && manifest_num(&mo->m, "watched", -1) == sum)
		mo->kept_ms = total - all % 1000;
	return r;
}

int
deadline_note(struct monitor *mo)
{
	long long step = retry_lasts(&mo->t, &mo->m, &mo->conf) * 1000 / PARTS;

	if (step > KEEP_MS)
		step = KEEP_MS;
	if (*monitor_get(mo, "watched") && deadline_ms(mo) - mo->kept_ms < step)
		return MONITOR_ON;
	return deadline_keep(mo);
}

int
deadline_over(struct monitor *mo)
{
	long long lasts = retry_lasts(&mo->t, &mo->m, &mo->conf);

	return lasts && watched_ms(mo) >= lasts * 1000;
}
