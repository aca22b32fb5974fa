/* restart - a task that nobody holds is carried on */
#include "monitor/restart.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "file/file.h"
#include "monitor/abandon.h"
#include "monitor/deadline.h"
#include "monitor/retry.h"
#include "proc/lock.h"
#include "proc/run.h"
#include "task/env.h"
#include "task/history.h"
#include "task/state.h"
#include "task/summary.h"

enum { LAUNCH_MS = 120000 };

extern char **environ;

/* What rca-launch said, without the task's name, which all know. */
static const char *
because(const struct monitor *mo, int code, char said[WHY])
{
	size_t n = strlen(mo->t.name);

	if (!*said)
		err_why(said, "rca-launch: exit code %d", code);
	return !strncmp(said, mo->t.name, n) && !strncmp(said + n, ": ", 2) ? said + n + 2 : said;
}

/*
 * A launch that failed is the reason why the task stands still now. rca-launch may have written that
 * down itself; and if somebody else has taken the task up meanwhile, it is no failure. 1 if it is one.
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
	/* The environment that a first launch would have kept: whoever tries next may have been started by cron. */
	if (!file_there(mo->t.fd, "env") && env_save(mo->t.fd, environ))
		mo->say(mo, "cannot write env", strerror(errno));
	if (strcmp(monitor_get(mo, "reason"), reason))
		history_add(mo->t.fd, "launch_failed", (const char *const[]){ "reason", reason, NULL });
	return monitor_turn(mo, was, 1, (const char *const[]){ "status", was == ST_CREATED ? "created" : "crashed",
		"reason", reason, "start_failed", "yes", NULL });
}

/* 1 if it failed. what: for the log. */
static int
launch(struct monitor *mo, const char *what)
{
	char said[WHY], detail[2 * WHY];
	int r;

	/* Nobody stops a task by closing its session in the instant in which it is resumed at once. */
	if (mo->looks && monitor_closed(mo))
		return 0;
	mo->looks = 0;
	mo->look_at = 0;
	/* One that is stopped, or hangs, is ended; it waits a minute for another that is. */
	r = run_own_hear("rca-launch", (const char *const[]){ mo->t.path, NULL }, SPAWN_SAME, LAUNCH_MS + (long)monitor_num(mo, "dispatch_wait") * 2000, 1, said);
	snprintf(detail, sizeof detail, "%s, rca-launch: %d", what, r);
	mo->say(mo, "resumed", detail);
	return r && launch_failed(mo, because(mo, r, said));
}

static void
mark_resume(const struct monitor *mo)
{
	if (file_there(mo->t.fd, "resume") != 1)
		file_mark(mo->t.fd, "resume");
}

/* A retry is counted before it is made: one that kills its monitor counts, too. */
static void
count_retry(struct monitor *mo, const struct retry *p, char count[32])
{
	const char *attempt = *monitor_get(mo, "attempt") ? monitor_get(mo, "attempt") : "0";
	const char *taken = p->well ? "" : monitor_get(mo, "taken_up");
	char steps[32];

	snprintf(count, 32, "%lld", p->retries + 1);
	snprintf(steps, sizeof steps, "%lld", p->steps + 1);
	monitor_change(mo, (const char *const[]){ "retry_count", count, "backoff", steps, "steady", attempt, "taken_up", taken, NULL });
}

/* Until its turn has come. MONITOR_ON with *due 0: something else has happened to the task. */
static int
wait_turn(struct monitor *mo, long long wait_s, int *due)
{
	long long until = clock_ms() + wait_s * 1000, left;
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

/* Waits its turn, then launches again. Comes back early when something else has happened to the task. */
static int
retry(struct monitor *mo)
{
	struct retry p = retry_next(&mo->t, &mo->m, &mo->conf);
	int begun = manifest_num(&mo->m, "attempt", 0) > 0, r, due;
	char count[32], detail[WHY];

	snprintf(detail, sizeof detail, "%s", monitor_get(mo, "reason"));
	if (p.over)
		return abandon(mo, begun ? "max_retries_exceeded" : "launch_failed", detail);
	if ((r = wait_turn(mo, p.wait_s, &due)) != MONITOR_ON || !due)
		return r;
	if (begun && retry_resumes(&mo->t, &mo->m, &mo->conf))
		mark_resume(mo);
	count_retry(mo, &p, count);
	if (!*monitor_get(mo, "start_failed"))
		*detail = '\0';
	history_add(mo->t.fd, "retry", (const char *const[]){ "count", count, "because", detail, NULL });
	snprintf(detail, sizeof detail, "retry %s", count);
	launch(mo, detail);
	return MONITOR_ON;
}

/* No retry, unless it fails: the next one then has to wait. */
static int
launch_first(struct monitor *mo, const char *what)
{
	struct retry p;
	char count[32];

	if (launch(mo, what)) {
		p = retry_next(&mo->t, &mo->m, &mo->conf);
		count_retry(mo, &p, count);
	}
	return MONITOR_ON;
}

static void
wrapper_gone(struct monitor *mo)
{
	char now[CLOCK_UTC];

	if (!monitor_turn(mo, manifest_status(&mo->m), 1, (const char *const[]){ "status", "crashed", "reason", "wrapper_gone", "finished_at", clock_utc(clock_now(), now), "pid", "", NULL }))
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

	if (lock_wait(mo->t.fd, "launch.lock", (long)monitor_num(mo, "dispatch_wait") * 1000, mo->stopped) != 1 || lock_held(mo->t.fd, "lock") != 0)
		return MONITOR_ON;
	r = monitor_reload(mo);
	if (r == MONITOR_ON && manifest_status(&mo->m) == ST_LAUNCHING && file_there(mo->t.fd, "done") != 1)
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

/*
 * It is over at its time, by a clock that may be set meanwhile; or when as long has passed as there was
 * to wait at first: a clock that is set back must not make that longer, and a limit that is still there
 * is read again. *at and *until (clock_ms) are 0 before.
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
	long long began = deadline_ms(mo), at = 0, until = 0, waited;
	int unsure = *monitor_get(mo, "resume_unsure") != 0, r;
	char number[32], detail[WHY];

	if (limited_too_long(mo)) {
		snprintf(detail, sizeof detail, "%s", monitor_get(mo, "reason"));
		return abandon(mo, "limit_patience", detail);
	}
	while (!limit_over(mo, &at, &until) && !monitor_overtaken(mo)) {
		monitor_pause(mo, until - clock_ms());
		deadline_ms(mo);
		if ((r = monitor_reload(mo)) != MONITOR_ON)
			return r;
	}
	if ((waited = (deadline_ms(mo) - began) / 1000) > 0) {
		snprintf(number, sizeof number, "%lld", manifest_num(&mo->m, "waited", 0) + waited);
		monitor_change(mo, (const char *const[]){ "waited", number, NULL });
	}
	if (!limit_over(mo, &at, &until) || monitor_overtaken(mo))
		return MONITOR_ON;
	mark_resume(mo);
	history_add(mo->t.fd, unsure ? "limit_look" : "limit_over", NULL);
	/* Not a retry: a limit that is still there is read again. */
	return launch_first(mo, unsure ? "whether the limit is over" : "the limit's time is over");
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
	run_own("rca-wrap", (const char *const[]){ "-e", mo->t.path, NULL }, -1, SPAWN_SAME, -1);
	if (file_there(mo->t.fd, "done") != 1 && !lock_held(mo->t.fd, "lock"))
		monitor_pause(mo, monitor_num(mo, "base") * 1000);
	return MONITOR_ON;
}

int
restart(struct monitor *mo)
{
	enum status s = manifest_status(&mo->m);

	if (file_there(mo->t.fd, "stop") == 1 || status_terminal(s))
		return write_end(mo);
	switch (s) {
	case ST_CREATED:
		return manifest_num(&mo->m, "retry_count", 0) ? retry(mo) : launch_first(mo, "not launched yet");
	case ST_LAUNCHING: return wait_for_launch(mo);
	case ST_RUNNING: wrapper_gone(mo); return MONITOR_ON;
	case ST_LIMITED: return wait_for_limit(mo);
	case ST_ABANDONED: return take_back(mo);
	default: return retry(mo);
	}
}
