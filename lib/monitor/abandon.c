/* abandon - the end of an attempt, or of all of them */
#include "monitor/abandon.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "engine/stop.h"
#include "monitor/deadline.h"
#include "monitor/notices.h"
#include "proc/lock.h"
#include "task/history.h"
#include "engine/orphans.h"
#include "task/summary.h"

enum { ENGINE_MS = 20000, TRIES = 3 };

void
abandon_attempt(const struct monitor *mo)
{
	int r = stop_wrapper(&mo->t, monitor_get(mo, "engine"), (long)monitor_num(mo, "kill_grace") * 1000);
	char who[LOCK_WHERE];

	if (r == 1)
		orphans_end(&mo->t, 0);
	else if (r == STOP_ELSEWHERE)
		mo->say(mo, "not signalled", lock_words(mo->t.fd, "lock", who));
}

/*
 * Ends all there is of a task that is to be given up: no attempt follows that would end what a killed wrapper left. Its lock, to be closed, for until it is given up none may
 * begin; -1: one has begun meanwhile, or something could not be ended.
 */
static int
end_all(const struct monitor *mo)
{
	char why[WHY];
	int lock;

	abandon_attempt(mo);
	engine_call(monitor_get(mo, "engine"), "stop", mo->t.path, NULL, NULL, 0, ENGINE_MS, why);
	lock = lock_life(mo->t.fd, "lock");
	if (lock < 0 || !orphans_end(&mo->t, (long)monitor_num(mo, "kill_grace") * 1000))
		return lock;
	mo->say(mo, "some of its processes could not be ended", "");
	close(lock);
	return -1;
}

/* Whether a monitor or a watchdog may go on with it, without a launch by a person. */
static int
may_be_taken_up(const struct monitor *mo, const char *reason)
{
	return !strcmp(reason, "signal") || *monitor_get(mo, "start_failed");
}

int
abandon(struct monitor *mo, const char *reason, const char *detail)
{
	int all = strcmp(reason, "signal") && !*monitor_get(mo, "adopted"), lock = -1, tries = 0;
	char now[CLOCK_UTC];

	/* Once more, if need be; a wrapper that is later still finds the word and leaves. */
	while (all && (lock = end_all(mo)) < 0 && ++tries < TRIES)
		;
	if (monitor_turn(mo, ST_LAST, 0, (const char *const[]){ "status", "abandoned", "abandon_reason", reason, "abandoned_at", clock_utc(clock_now(), now), NULL })) {
		history_add(mo->t.fd, "abandoned", (const char *const[]){ "reason", reason, "detail", detail, NULL });
		mo->say(mo, "abandoned", reason);
		summary_log(&mo->t);
		/* Secrets do not outlive their use: rca-launch -r brings new ones. Our lock keeps it from doing so just now. */
		if (lock >= 0 && !may_be_taken_up(mo, reason))
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
