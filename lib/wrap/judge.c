/* judge - decides what the end of an attempt means, runs the task's check, and records the end */
#include "wrap/judge.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/pairs.h"
#include "file/file.h"
#include "task/history.h"
#include "task/progress.h"
#include "wrap/check.h"
#include "wrap/finish.h"
#include "wrap/slot.h"

enum { SHORT_MS = 10000, SOON_S = 120 };

static int
was_short(const struct attempt *a)
{
	return clock_ms() - a->began_ms < SHORT_MS;
}

/*
 * The program did not come up. A half-installed one (no interpreter, no library, half a file) exits
 * at once and without an event. In a task that has worked before, that is not the task's fault.
 */
static int
stillborn(const struct attempt *a, const struct agent_run *r)
{
	int code = r->wstatus >= 0 && WIFEXITED(r->wstatus) ? WEXITSTATUS(r->wstatus) : 0;

	if (r->exec_errno)
		return 1;
	if (a->command || r->killed || r->stop_asked || r->progress.events > 0 || !was_short(a))
		return 0;
	if (a->number > 1 && (code == EX_CANTEXEC || code == EX_NOTFOUND))
		return 1;
	return !r->pty && r->wstatus != 0
		&& (r->base.turns > 0 || *manifest_get(a->m, "session_worked"));
}

/* The manifest's word now: the monitor writes `hung` before it ends an attempt. */
static int
is_hung(const struct attempt *a)
{
	struct manifest now;
	char why[WHY];

	return !manifest_read(a->task->fd, &now, why) && manifest_status(&now) == ST_HUNG;
}

static struct evidence
gather(const struct attempt *a, const struct agent_run *r)
{
	const struct progress *p = &r->progress;
	struct evidence e = {
		.wstatus = r->wstatus, .exec_errno = r->exec_errno, .stream = !r->pty,
		.ended = p->ended, .failure = p->failure, .error = p->error[0] ? p->error : NULL,
		.resume_at = p->resume_at, .stop_asked = r->stop_asked,
		.killed = r->killed && !r->reported_end, .unfinished = (int)p->unfinished,
		.lingered = r->lingered, .ran = a->number > 1
	};
	int nothing = a->interactive ? was_short(a) && !WIFSIGNALED(r->wstatus)
		: !r->pty && p->events == 0;

	e.hung = e.killed && is_hung(a);
	/* At a usage limit it is not the agent's fault that it did nothing. */
	if (nothing && e.failure != FAIL_LIMITED)
		e.fruitless = (int)manifest_num(a->m, "fruitless", 0) + !stillborn(a, r);
	return e;
}

/*
 * Adds what outcome_judge cannot know: where exec failed, whether the result is on disk, and
 * whether a service is to be started again, which it is unless a person ended it (some exit with 0
 * then).
 */
static void
amend(const struct attempt *a, const struct agent_run *r, int fruitless, struct outcome *o)
{
	const char *restart = config_get(&a->conf, a->m, "restart");
	const char *step = r->exec_step ? r->exec_step : "start";

	if (r->exec_errno && !strcmp(step, "chdir"))
		snprintf(o->reason, sizeof o->reason, "project directory: %s",
			err_text(r->exec_errno));
	else if (r->exec_errno)
		snprintf(o->reason, sizeof o->reason, "%s %.100s: %s", step, a->boxed[0],
			err_text(r->exec_errno));
	if (o->status == ST_COMPLETED && r->result_errno) {
		o->status = ST_CRASHED;
		snprintf(o->reason, sizeof o->reason, "write result: %s",
			err_text(r->result_errno));
	}
	/* An interface that does not exit with 0 has crashed, unless it does so every time. */
	if (a->interactive && o->status == ST_FAILED && !r->exec_errno && fruitless < FRUITLESS_MAX)
		o->status = ST_CRASHED;
	if (!a->command || r->exec_errno || r->stop_asked || !strcmp(restart, "never"))
		return;
	if (r->interrupted)
		*o = (struct outcome){
			.status = ST_STOPPED, .exit_code = o->exit_code ? o->exit_code : EX_NO,
			.term_signal = o->term_signal, .reason = "stop"
		};
	else if (o->status == ST_FAILED
		|| (o->status == ST_COMPLETED && !strcmp(restart, "always")))
		o->status = ST_CRASHED;
}

/*
 * Sets since when the task is limited, which goes on while it does no work, and until when it waits
 * if the agent did not say. A resume time that is over again and again tells nothing.
 */
static void
limited(const struct attempt *a, const struct agent_run *r, struct outcome *o)
{
	long long now = clock_now(), again = config_num(&a->conf, a->m, "limit_retry");
	long long since = clock_parse(manifest_get(a->m, "limited_since"));

	if (o->status != ST_LIMITED)
		return;
	if (since <= 0 || since > now || progress_work(&r->progress))
		since = now;
	o->limited_since = since;
	o->unsure = o->resume_at <= 0 || (o->resume_at < now + SOON_S && now - since >= again);
	if (o->unsure)
		o->resume_at = now + again;
}

/*
 * A command that exits with 0 at once and leaves a process in another session has gone into the
 * background. The user is told why it does not run.
 */
static void
hint(const struct attempt *a, const struct agent_run *r, struct outcome *o)
{
	static const char text[] = "it went into the background, where it was ended: "
		"run it in the foreground (e.g. nginx -g 'daemon off;')";

	if (!r->left_session || !a->command || r->stop_asked || r->killed || r->wstatus
		|| !was_short(a))
		return;
	history_add(a->task->fd, "daemon", PAIRS("hint", text));
	if (o->status == ST_CRASHED)
		snprintf(o->reason, sizeof o->reason, "%s", text);
}

/* Read anew, because rca-triage counts in it, too. */
static long long
nudges_so_far(const struct attempt *a)
{
	struct manifest now;
	char why[WHY];

	return manifest_num(manifest_read(a->task->fd, &now, why) ? a->m : &now, "nudge_count", 0);
}

static void
show_check(const struct attempt *a, const char *check)
{
	struct progress p;
	long long last;

	progress_load(a->task->fd, &p, &last);
	p.phase = *check ? PHASE_TOOL : PHASE_ENDED;
	p.open_tools = *check != 0;
	snprintf(p.tool, sizeof p.tool, "%s%.100s", *check ? "check: " : "", check);
	progress_save(a->task->fd, &p, clock_now());
}

/* The check was ended before its result, so the work is not accepted. */
static void
cut_short(const struct attempt *a, enum stop_signal s, int code, struct outcome *o)
{
	outcome_cut(o, s == STOP_TASK, code);
	history_add(a->task->fd, "check_ended", PAIRS("because", o->reason));
}

/* 1: the agent is sent back to go on; 0: the task has failed; -1 with why. */
static int
check_failed(const struct attempt *a, const char *check, int code, struct outcome *o, char why[WHY])
{
	long long nudges = nudges_so_far(a);

	if (nudges >= config_num(&a->conf, a->m, "max_nudges")
		|| agent_prompt(a->agent) == PROMPT_NONE) {
		o->status = ST_FAILED;
		o->exit_code = code;
		snprintf(o->reason, sizeof o->reason, "check_failed: exit %d", code);
		return 0;
	}
	if (check_send_back(a->task, check, code))
		return err_why(why, "write resume:");
	return manifest_change(a->task->fd, PAIRS("nudge_count", PAIRS_NUMBER(nudges + 1)), why)
		? -1 : 1;
}

/* Runs the check of a completed task. 1: the agent is to go on; 0: judged, in *o; -1 with why. */
static int
accept_work(struct attempt *a, const struct agent_run *r, struct outcome *o, char why[WHY])
{
	const char *check = config_get(&a->conf, a->m, "check");
	enum stop_signal s = STOP_NOT;
	int code = 128 + SIGTERM;

	if (o->status != ST_COMPLETED || !*check)
		return 0;
	if (r->stop_asked || file_there(a->task->fd, "stop") == 1)
		s = STOP_TASK;
	else if (r->killed)
		s = STOP_ATTEMPT;
	if (s == STOP_NOT) {
		show_check(a, check);
		check_log(a->task, check, CHECK_BEGINS);
		if (check_run(a, check, &s, &code, why))
			return -1;
		show_check(a, "");
	}
	if (s != STOP_NOT) {
		cut_short(a, s, code, o);
		return 0;
	}
	check_log(a->task, check, code);
	history_add(a->task->fd, code ? "check_failed" : "check_passed",
		PAIRS("exit_code", PAIRS_NUMBER(code)));
	return code ? check_failed(a, check, code, o, why) : 0;
}

int
judge_settle(struct attempt *a, struct agent_run *r, struct outcome *o, char why[WHY])
{
	struct evidence e = gather(a, r);
	const char *fruitless = e.fruitless ? PAIRS_NUMBER(e.fruitless) : "";
	int again;

	outcome_judge(&e, o);
	amend(a, r, e.fruitless, o);
	limited(a, r, o);
	if (e.ended && e.unfinished && o->status != ST_COMPLETED)
		history_add(a->task->fd, "background_lost",
			PAIRS("open", PAIRS_NUMBER(e.unfinished)));
	hint(a, r, o);
	if (o->status == ST_CRASHED && stillborn(a, r))
		o->start_failed = 1;
	if (e.failure == FAIL_LOST && !e.ended) {
		history_add(a->task->fd, "session_lost",
			PAIRS("id", a->session, "because", "the agent does not know it"));
		session_renew(a->task->fd, agent_session(a->agent) == SESSION_PIN);
	}
	if (strcmp(fruitless, manifest_get(a->m, "fruitless"))
		&& manifest_change(a->task->fd, PAIRS("fruitless", fruitless), why))
		return -1;
	if ((again = accept_work(a, r, o, why)))
		return again;
	o->ran_ms = clock_ms() - a->began_ms;
	slot_leave();
	again = finish_write(a->task, o, why);
	if (again > 0)
		history_add(a->task->fd, "next_prompt", NULL);
	return again;
}
