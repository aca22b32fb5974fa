/* restart - launches a task that has no wrapper, now or when it is time, or has its end written */
#include "monitor/restart.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/pairs.h"
#include "file/file.h"
#include "monitor/abandon.h"
#include "monitor/deadline.h"
#include "monitor/queue.h"
#include "monitor/retry.h"
#include "proc/lock.h"
#include "proc/run.h"
#include "task/env.h"
#include "task/history.h"
#include "task/state.h"
#include "task/summary.h"

enum { LAUNCH_MS = 120000 };

extern char **environ;

/* The complaint of rca-launch, without the task's name. */
static const char *
because(const struct monitor *mo, int code, char said[WHY])
{
	size_t n = strlen(mo->t.name);

	if (!*said)
		err_why(said, "rca-launch: exit code %d", code);
	return !strncmp(said, mo->t.name, n) && !strncmp(said + n, ": ", 2) ? said + n + 2 : said;
}

/*
 * Records a failed launch as the reason why the task stands still. rca-launch may have done that
 * itself. 0: it is not a failure, because somebody else has taken the task up meanwhile.
 */
static int
launch_failed(struct monitor *mo, const char *reason)
{
	enum status was;

	if (monitor_overtaken(mo) || monitor_reload(mo) != MONITOR_ON)
		return 0;
	was = manifest_status(&mo->m);
	if (status_terminal(was) || was == ST_LAUNCHING || was == ST_RUNNING)
		return 0;
	/* A first launch would have kept its environment; the next one may be started by cron. */
	if (!file_there(mo->t.fd, "env") && env_save(mo->t.fd, environ))
		monitor_say(mo, "cannot write env", strerror(errno));
	if (strcmp(monitor_get(mo, "reason"), reason))
		history_add(mo->t.fd, "launch_failed", PAIRS("reason", reason));
	return monitor_turn(mo, was, 1, PAIRS("status", was == ST_CREATED ? "created" : "crashed",
		"reason", reason, "start_failed", "yes"));
}

/* 1 if it failed. what: for the log. */
static int
launch(struct monitor *mo, const char *what)
{
	long ms = LAUNCH_MS + (long)monitor_num(mo, "dispatch_wait") * 2000;
	char said[WHY], detail[2 * WHY];
	int r;

	/* Only after a wait: a session cannot have been closed by hand before a launch at once. */
	if (mo->session_looks && monitor_closed(mo))
		return 0;
	mo->session_looks = 0;
	mo->session_look_at = 0;
	/*
	 * The bound ends a stopped or hanging rca-launch, which itself may wait a minute for
	 * another.
	 */
	r = run_own_hear("rca-launch", (const char *const[]){ mo->t.path, NULL }, SPAWN_SAME, ms, 1,
		said);
	snprintf(detail, sizeof detail, "%s, rca-launch: %d", what, r);
	monitor_say(mo, "resumed", detail);
	return r && launch_failed(mo, because(mo, r, said));
}

static void
mark_resume(const struct monitor *mo)
{
	if (file_there(mo->t.fd, "resume") != 1)
		file_mark(mo->t.fd, "resume");
}

/* Counts a retry before it is made, so that one that kills its monitor counts, too. */
static void
count_retry(struct monitor *mo, const struct retry *p)
{
	const char *attempt = *monitor_get(mo, "attempt") ? monitor_get(mo, "attempt") : "0";
	const char *taken_up = p->well ? "" : monitor_get(mo, "taken_up");

	monitor_change(mo, PAIRS("retry_count", PAIRS_NUMBER(p->retries + !mo->engine_ended),
		"backoff", PAIRS_NUMBER(p->steps + 1), "steady", attempt, "taken_up", taken_up,
		"retry_at", ""));
}

/*
 * How long a wait of wait_s seconds still lasts. Between passes only the wall clock can tell; if it
 * was set back meanwhile, the wait is over.
 */
static long long
turn_left(struct monitor *mo, long long wait_s)
{
	long long at = clock_parse(monitor_get(mo, "retry_at")), now = clock_now();

	if (!mo->once || wait_s <= 0)
		return wait_s;
	if (at > 0)
		return at - now > wait_s ? 0 : at - now;
	monitor_change(mo, PAIRS("retry_at", PAIRS_TIME(now + wait_s)));
	return wait_s;
}

/* Waits before a retry. MONITOR_ON with *due 0: something else happened to the task meanwhile. */
static int
wait_turn(struct monitor *mo, long long wait_s, int *due)
{
	long long until = clock_ms() + turn_left(mo, wait_s) * 1000, left;
	int r;

	*due = 0;
	while ((left = until - clock_ms()) > 0) {
		monitor_pause(mo, left);
		if (monitor_overtaken(mo))
			return MONITOR_ON;
		if ((r = abandon_deadline(mo)) != MONITOR_ON)
			return r;
	}
	*due = 1;
	return MONITOR_ON;
}

static int
retry(struct monitor *mo)
{
	struct retry p = retry_next(&mo->t, &mo->m, &mo->conf);
	int begun = manifest_num(&mo->m, "attempt", 0) > 0, r, due;
	char because_of[WHY], what[64];

	snprintf(because_of, sizeof because_of, "%s", monitor_get(mo, "reason"));
	if (p.over && !mo->engine_ended)
		return abandon(mo, begun ? "max_retries_exceeded" : "launch_failed", because_of);
	/* What ended it is perhaps going down, and ends us, too: such a launch would fail. */
	if (mo->engine_ended && p.wait_s < monitor_num(mo, "base"))
		p.wait_s = monitor_num(mo, "base");
	if ((r = wait_turn(mo, p.wait_s, &due)) != MONITOR_ON || !due)
		return r;
	if (begun && retry_resumes(&mo->t, &mo->m, &mo->conf))
		mark_resume(mo);
	count_retry(mo, &p);
	history_add(mo->t.fd, "retry", PAIRS("count", PAIRS_NUMBER(p.retries + !mo->engine_ended),
		"because", *monitor_get(mo, "start_failed") ? because_of : ""));
	snprintf(what, sizeof what, "retry %lld", p.retries + !mo->engine_ended);
	launch(mo, what);
	return MONITOR_ON;
}

/* A launch that is not a retry. If it fails, it counts as one, so that the next has to wait. */
static int
launch_first(struct monitor *mo, const char *what)
{
	if (launch(mo, what)) {
		struct retry p = retry_next(&mo->t, &mo->m, &mo->conf);

		count_retry(mo, &p);
	}
	return MONITOR_ON;
}

static void
wrapper_gone(struct monitor *mo)
{
	if (!monitor_turn(mo, manifest_status(&mo->m), 1, PAIRS("status", "crashed",
		"reason", "wrapper_gone", "finished_at", PAIRS_TIME(clock_now()), "pid", "")))
		return;
	history_add(mo->t.fd, "crashed", PAIRS("reason", "wrapper_gone"));
	monitor_say(mo, "crashed", "the wrapper is gone");
	summary_log(&mo->t);
}

/* A launch has begun, and may still go on: it holds launch.lock then. */
static int
wait_for_launch(struct monitor *mo)
{
	long wait_ms = (long)monitor_num(mo, "dispatch_wait") * 1000;
	int r, has;

	if (lock_wait(mo->t.fd, "launch.lock", wait_ms, mo->stopped) != 1
		|| lock_held(mo->t.fd, "lock") != 0)
		return MONITOR_ON;
	r = monitor_reload(mo);
	if (r != MONITOR_ON || manifest_status(&mo->m) != ST_LAUNCHING
		|| file_there(mo->t.fd, "done") == 1)
		return r;
	r = queue_look(mo, &has);
	if (r == MONITOR_ON && !has)
		wrapper_gone(mo);
	return r;
}

/* Whether the agent was at a limit at every try for so long that it is no longer just a pause. */
static int
limited_too_long(const struct monitor *mo)
{
	long long since = clock_parse(monitor_get(mo, "limited_since"));
	long long ended = clock_parse(monitor_get(mo, "finished_at"));

	return since > 0 && ended - since >= monitor_num(mo, "limit_patience");
}

/*
 * A limit is over at its time by the wall clock, or once its first waiting time has passed: a clock
 * that is set back must not make the wait longer, and a limit that is still there is met again.
 * *at and *until (clock_ms) are 0 at first.
 */
static int
limit_over(struct monitor *mo, long long *at, long long *until)
{
	long long then = clock_parse(monitor_get(mo, "resume_at")), now = clock_now();

	if (then != *at || !*until)
		*until = clock_ms() + (then > now ? (then - now) * 1000 : 0);
	*at = then;
	return now >= then || clock_ms() >= *until;
}

static int
wait_for_limit(struct monitor *mo)
{
	long long began = deadline_ms(mo), at = 0, until = 0;
	int unsure = *monitor_get(mo, "resume_unsure") != 0, r;
	char reason[WHY];

	if (limited_too_long(mo)) {
		snprintf(reason, sizeof reason, "%s", monitor_get(mo, "reason"));
		return abandon(mo, "limit_patience", reason);
	}
	while (!limit_over(mo, &at, &until) && !monitor_overtaken(mo)) {
		monitor_pause(mo, until - clock_ms());
		deadline_ms(mo);
		if ((r = monitor_reload(mo)) != MONITOR_ON)
			return r;
	}
	deadline_excuse(mo, began);
	if (!limit_over(mo, &at, &until) || monitor_overtaken(mo))
		return MONITOR_ON;
	mark_resume(mo);
	history_add(mo->t.fd, unsure ? "limit_look" : "limit_over", NULL);
	return launch_first(mo, unsure ? "to see whether the limit is over" : "the limit is over");
}

/*
 * A task that was given up stays so, unless only its monitor was stopped; a limit is waited for
 * again.
 */
static int
take_back(struct monitor *mo)
{
	const char *status = *monitor_get(mo, "resume_at") ? "limited" : "crashed";

	if (state_given_up(&mo->m)) {
		err_why(mo->why_ended, "abandoned (%s): rca-launch -r carries it on",
			monitor_get(mo, "abandon_reason"));
		return EX_NO;
	}
	monitor_turn(mo, ST_ABANDONED, 1,
		PAIRS("status", status, "abandon_reason", "", "abandoned_at", ""));
	return MONITOR_ON;
}

/* rca-wrap writes what is missing of the end. */
static int
write_end(struct monitor *mo)
{
	run_own("rca-wrap", (const char *const[]){ "-e", mo->t.path, NULL }, -1, SPAWN_SAME, -1);
	if (file_there(mo->t.fd, "done") != 1 && !lock_held(mo->t.fd, "lock"))
		monitor_pause(mo, monitor_num(mo, "base") * 1000);
	return MONITOR_ON;
}

int
restart(struct monitor *mo)
{
	enum status s = manifest_status(&mo->m);
	int r, has;

	if (file_there(mo->t.fd, "stop") == 1 || status_terminal(s))
		return write_end(mo);
	if (s != ST_CREATED && s != ST_LAUNCHING &&
		((r = queue_look(mo, &has)) != MONITOR_ON || has))
		return r;
	switch (s) {
	case ST_CREATED:
		return manifest_num(&mo->m, "retry_count", 0) ? retry(mo)
			: launch_first(mo, "not launched yet");
	case ST_LAUNCHING: return wait_for_launch(mo);
	case ST_RUNNING: wrapper_gone(mo); return MONITOR_ON;
	case ST_LIMITED: return wait_for_limit(mo);
	case ST_ABANDONED: return take_back(mo);
	default: return retry(mo);
	}
}
