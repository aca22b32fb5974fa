/* revive - a task that nobody holds is carried on */
#include "revive.h"

#include <stdio.h>
#include <string.h>

#include "atomic.h"
#include "clock.h"
#include "giveup.h"
#include "history.h"
#include "lock.h"
#include "own.h"
#include "patience.h"
#include "state.h"
#include "summary.h"

enum { LAUNCH_MS = 120000 };

static int
launch(struct monitor *mo)
{
	/* Nobody stops a task by closing its session in the instant in which it is resumed at once. */
	if (mo->looks && monitor_closed(mo))
		return 0;
	mo->looks = 0;
	mo->look_at = 0;
	/* One that is stopped, or hangs, is ended; it waits a minute for another that is. */
	return own_run_for("rca-launch", (const char *const[]){ mo->t.path, NULL }, -1, SPAWN_SAME, LAUNCH_MS + (long)monitor_num(mo, "dispatch_wait") * 2000);
}

static void
mark_resume(const struct monitor *mo)
{
	if (atomic_there(mo->t.fd, "resume") != 1)
		atomic_mark(mo->t.fd, "resume");
}

/* Waits its turn, then launches again. Comes back early when something else has happened to the task. */
static int
retry(struct monitor *mo)
{
	struct patience p = patience_next(&mo->t, &mo->m, &mo->conf);
	long long until = clock_now() + p.wait_s;
	char count[32], steps[32], detail[WHY];
	int r;

	if (p.over) {
		snprintf(detail, sizeof detail, "%s", monitor_get(mo, "reason"));
		return giveup(mo, "max_retries_exceeded", detail);
	}
	while (clock_now() < until) {
		monitor_pause(mo, until - clock_now());
		if (monitor_overtaken(mo))
			return MONITOR_ON;
		if ((r = giveup_deadline(mo)) != MONITOR_ON)
			return r;
	}
	snprintf(count, sizeof count, "%lld", p.retries + 1);
	snprintf(steps, sizeof steps, "%lld", p.steps + 1);
	if (patience_resumes(&mo->t, &mo->m, &mo->conf))
		mark_resume(mo);
	monitor_change(mo, (const char *const[]){ "retry_count", count, "backoff", steps, "steady", monitor_get(mo, "attempt"), NULL });
	history_add(mo->t.fd, "retry", (const char *const[]){ "count", count, NULL });
	r = launch(mo);
	snprintf(detail, sizeof detail, "retry %s, rca-launch: %d", count, r);
	mo->say(mo, "resumed", detail);
	return MONITOR_ON;
}

static void
wrapper_gone(struct monitor *mo)
{
	char now[CLOCK_UTC];

	if (!monitor_turn(mo, status_parse(monitor_get(mo, "status")), 1, (const char *const[]){ "status", "crashed", "reason", "wrapper_gone", "finished_at", clock_utc(clock_now(), now), "pid", "", NULL }))
		return;
	history_add(mo->t.fd, "crashed", (const char *const[]){ "reason", "wrapper_gone", NULL });
	mo->say(mo, "crashed", "the wrapper is gone");
	summary_log(&mo->t);
}

/* Somebody was to launch it, and may be at it still. */
static int
wait_for_launch(struct monitor *mo)
{
	int r;

	if (lock_wait(mo->t.fd, "launch.lock", (long)monitor_num(mo, "dispatch_wait") * 1000, mo->stopped) != 1 || lock_holder(mo->t.fd, "lock") != 0)
		return MONITOR_ON;
	r = monitor_reload(mo);
	if (r == MONITOR_ON && status_parse(monitor_get(mo, "status")) == ST_LAUNCHING && atomic_there(mo->t.fd, "done") != 1)
		wrapper_gone(mo);
	return r;
}

/* Each time it asked, for so long, the agent was told that it is limited: that is no pause. */
static int
limited_too_long(const struct monitor *mo)
{
	long long since = clock_parse(monitor_get(mo, "limited_since"));
	long long ended = clock_parse(monitor_get(mo, "finished_at"));

	return since > 0 && ended - since >= monitor_num(mo, "limit_patience");
}

static int
wait_for_limit(struct monitor *mo)
{
	int unsure = *monitor_get(mo, "resume_unsure") != 0;
	long long at = clock_parse(monitor_get(mo, "resume_at")), began = clock_now();
	char waited[32], detail[WHY];
	int r;

	if (limited_too_long(mo)) {
		snprintf(detail, sizeof detail, "%s", monitor_get(mo, "reason"));
		return giveup(mo, "limit_patience", detail);
	}
	while (clock_now() < at && !monitor_overtaken(mo)) {
		monitor_pause(mo, at - clock_now());
		if ((r = monitor_reload(mo)) != MONITOR_ON)
			return r;
		at = clock_parse(monitor_get(mo, "resume_at"));
	}
	if (clock_now() > began) {
		snprintf(waited, sizeof waited, "%lld", manifest_num(&mo->m, "waited", 0) + clock_now() - began);
		monitor_change(mo, (const char *const[]){ "waited", waited, NULL });
	}
	if (clock_now() < at || monitor_overtaken(mo))
		return MONITOR_ON;
	mark_resume(mo);
	history_add(mo->t.fd, unsure ? "limit_look" : "limit_over", NULL);
	mo->say(mo, "resumed", unsure ? "whether the limit is over" : "the limit's time is over");
	/* Not a retry: a limit that is still there is read again. But a launch that fails is. */
	return launch(mo) ? retry(mo) : MONITOR_ON;
}

/* It has been given up. By a monitor that was stopped: that is taken back; a limit that was being waited for is waited for again. */
static int
take_back(struct monitor *mo)
{
	if (state_given_up(&mo->m)) {
		err_why(mo->last, "abandoned (%s): rca-launch -r carries it on", monitor_get(mo, "abandon_reason"));
		return EX_NO;
	}
	monitor_turn(mo, ST_ABANDONED, 1, (const char *const[]){ "status", *monitor_get(mo, "resume_at") ? "limited" : "crashed", "abandon_reason", "", "abandoned_at", "", NULL });
	return MONITOR_ON;
}

/* rca-wrap writes what is missing of its end. */
static int
write_end(const struct monitor *mo)
{
	own_run("rca-wrap", (const char *const[]){ "-e", mo->t.path, NULL }, -1, SPAWN_SAME);
	if (atomic_there(mo->t.fd, "done") != 1 && !lock_holder(mo->t.fd, "lock"))
		monitor_pause(mo, monitor_num(mo, "base"));
	return MONITOR_ON;
}

int
revive(struct monitor *mo)
{
	enum status s = status_parse(monitor_get(mo, "status"));

	if (atomic_there(mo->t.fd, "stop") == 1 || status_terminal(s))
		return write_end(mo);
	switch (s) {
	case ST_CREATED: return launch(mo) ? giveup(mo, "launch_failed", "") : MONITOR_ON;
	case ST_LAUNCHING: return wait_for_launch(mo);
	case ST_RUNNING: wrapper_gone(mo); return MONITOR_ON;
	case ST_LIMITED: return wait_for_limit(mo);
	case ST_ABANDONED: return take_back(mo);
	default: return retry(mo);
	}
}
