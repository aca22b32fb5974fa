/* abandon - ends an attempt that cannot go on, or gives up its task */
#include "monitor/abandon.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pairs.h"
#include "engine/engine.h"
#include "engine/orphans.h"
#include "engine/stop.h"
#include "monitor/deadline.h"
#include "monitor/notices.h"
#include "proc/lock.h"
#include "task/history.h"
#include "task/summary.h"

enum { ENGINE_MS = 20000, TRIES = 3 };

static long
grace_ms(const struct monitor *mo)
{
	return (long)monitor_num(mo, "kill_grace") * 1000;
}

void
abandon_attempt(const struct monitor *mo)
{
	int r = stop_wrapper(&mo->t, monitor_get(mo, "engine"), grace_ms(mo),
		(long)monitor_num(mo, "base") * 1000);
	char who[LOCK_WHERE];

	if (r == 1)
		orphans_end(&mo->t, 0);
	else if (r == STOP_ELSEWHERE)
		monitor_say(mo, "not signalled", lock_words(mo->t.fd, "lock", who));
}

/*
 * Ends everything of a task that is given up, since no later attempt ends what a killed wrapper
 * left. Returns DIR/lock, to be closed once the task is given up, so that no attempt begins before;
 * -1: one has begun meanwhile, or some process could not be ended.
 */
static int
end_all(const struct monitor *mo)
{
	char why[WHY];
	int lock;

	abandon_attempt(mo);
	engine_call(monitor_get(mo, "engine"), "stop", mo->t.path, NULL, NULL, 0, ENGINE_MS, why);
	lock = lock_life(mo->t.fd, "lock");
	if (lock < 0 || !orphans_end(&mo->t, grace_ms(mo)))
		return lock;
	monitor_say(mo, "some of its processes could not be ended", "");
	close(lock);
	return -1;
}

int
abandon(struct monitor *mo, const char *reason, const char *detail)
{
	int signalled = !strcmp(reason, "signal"), lock = -1;

	/*
	 * If it fails each time: a wrapper that starts later finds the task given up, and leaves.
	 */
	if (!signalled && !*monitor_get(mo, "adopted"))
		for (int i = 0; lock < 0 && i < TRIES; i++)
			lock = end_all(mo);
	if (monitor_turn(mo, ST_LAST, 0, PAIRS("status", "abandoned", "abandon_reason", reason,
		"abandoned_at", PAIRS_TIME(clock_now()),
		*detail && !signalled ? "reason" : NULL, detail))) {
		history_add(mo->t.fd, "abandoned", PAIRS("reason", reason, "detail", detail));
		monitor_say(mo, "abandoned", reason);
		if (!signalled) /* else it goes on: its wrapper now, or the next monitor */
			summary_log(&mo->t);
		/*
		 * Its secrets go, since rca-launch -r brings new ones, which it cannot do while we
		 * hold the lock. After a failed start rca-watchdog may go on, and needs them.
		 */
		if (lock >= 0 && !signalled && !*monitor_get(mo, "start_failed"))
			unlinkat(mo->t.fd, "env", 0);
	}
	if (lock >= 0)
		close(lock);
	notices_status(mo, detail);
	return EX_NO;
}

int
abandon_deadline(struct monitor *mo)
{
	int r = deadline_note(mo);

	return r == MONITOR_ON && deadline_over(mo) ? abandon(mo, "deadline", "") : r;
}
