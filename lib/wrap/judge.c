/* judge - the end of an attempt: judged by the evidence, put to the task's check, written down */
#include "wrap/job.h"
#include "wrap/outcome.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "file/file.h"
#include "task/history.h"
#include "task/progress.h"
#include "wrap/check.h"
#include "wrap/finish.h"

enum { SHORT_MS = 10000, SOON_S = 120 };

const char *
judge_project(const struct job *j)
{
	return manifest_get(j->m, "project_dir");
}

int
judge_is_command(const struct job *j)
{
	return file_there(j->task->fd, "command") == 1;
}

/*
 * Its program did not come up: a half-installed one (no interpreter, no library, half a file) ends at
 * once and without an event. In a task that has worked that says nothing of the task.
 */
static int
stillborn(const struct job *j, const struct supervised *r)
{
	int code = r->wstatus >= 0 && WIFEXITED(r->wstatus) ? WEXITSTATUS(r->wstatus) : 0;

	if (r->exec_errno)
		return 1;
	if (judge_is_command(j) || r->killed || r->stop_asked || r->progress.events > 0 || clock_ms() - j->began_ms >= SHORT_MS)
		return 0;
	if (j->number > 1 && (code == EX_CANTEXEC || code == EX_NOTFOUND))
		return 1;
	return !r->pty && r->wstatus != 0 && (r->base.turns > 0 || *manifest_get(j->m, "session_worked"));
}

static void
gather(const struct job *j, const struct supervised *r, struct evidence *e)
{
	int brief = j->interactive && clock_ms() - j->began_ms < SHORT_MS && !WIFSIGNALED(r->wstatus);

	struct manifest now;
	char why[WHY];

	memset(e, 0, sizeof *e);
	e->wstatus = r->wstatus;
	e->exec_errno = r->exec_errno;
	e->stream = !r->pty;
	e->ended = r->progress.ended;
	e->failure = r->progress.failure;
	e->error = r->progress.error[0] ? r->progress.error : NULL;
	e->resume_at = r->progress.resume_at;
	e->stop_asked = r->stop_asked;
	e->killed = r->killed && !r->said; /* what it said before counts, not how it was ended */
	e->unfinished = (int)r->progress.unfinished;
	e->lingered = r->lingered;
	e->hung = e->killed && !manifest_read(j->task->fd, &now, why) && !strcmp(manifest_get(&now, "status"), "hung");
	e->ran = j->number > 1;
	if (e->failure == FAIL_LIMITED)
		return; /* that it did nothing is not its fault */
	if (j->interactive ? brief : !r->pty && r->progress.events == 0)
		e->fruitless = (int)manifest_num(j->m, "fruitless", 0) + !stillborn(j, r);
}

/* What the table cannot know: where exec failed, whether the result is on disk, and that a service is to be started again: unless a person ended it (some exit with 0 then). */
static void
amend(const struct job *j, const struct supervised *r, int fruitless, struct outcome *o)
{
	const char *restart = config_get(&j->conf, j->m, "restart");

	if (r->exec_errno && r->exec_step && !strcmp(r->exec_step, "chdir"))
		snprintf(o->reason, sizeof o->reason, "project directory: %s", err_text(r->exec_errno));
	else if (r->exec_errno)
		snprintf(o->reason, sizeof o->reason, "%s %.100s: %s", r->exec_step ? r->exec_step : "start", j->argv[0], err_text(r->exec_errno));
	if (o->status == ST_COMPLETED && r->result_errno) {
		o->status = ST_CRASHED;
		snprintf(o->reason, sizeof o->reason, "write result: %s", err_text(r->result_errno));
	}
	/* An interface that ends with anything but 0 has crashed, unless it does so again and again. */
	if (j->interactive && o->status == ST_FAILED && !r->exec_errno && fruitless < FRUITLESS_MAX)
		o->status = ST_CRASHED;
	if (!judge_is_command(j) || r->exec_errno || r->stop_asked)
		return;
	if (strcmp(restart, "never") && r->interrupted)
		*o = (struct outcome){ .status = ST_STOPPED, .exit_code = o->exit_code ? o->exit_code : EX_NO, .term_signal = o->term_signal, .reason = "stop" };
	else if ((o->status == ST_COMPLETED && !strcmp(restart, "always")) || (o->status == ST_FAILED && strcmp(restart, "never")))
		o->status = ST_CRASHED;
}

/*
 * Until when it waits, where the agent did not say, and since when: without work in between it is
 * the same limit. A time that keeps being over when it is looked at says nothing.
 */
static void
limited(const struct job *j, const struct supervised *r, struct outcome *o)
{
	long long now = clock_now(), again = config_num(&j->conf, j->m, "limit_retry");
	long long since = clock_parse(manifest_get(j->m, "limited_since"));

	if (o->status != ST_LIMITED)
		return;
	if (since <= 0 || since > now || progress_work(&r->progress))
		since = now;
	o->limited_since = since;
	o->unsure = o->resume_at <= 0 || (o->resume_at < now + SOON_S && now - since >= again);
	if (o->unsure)
		o->resume_at = now + again;
}

/* A program that ends with 0 at once, and has left one of another session behind, has gone into the background: who looks on is not to wonder where it is. */
static void
hint(const struct job *j, const struct supervised *r, struct outcome *o)
{
	static const char said[] = "it went into the background, where it was ended: run it in the foreground (e.g. nginx -g 'daemon off;')";

	if (!r->behind || !judge_is_command(j) || r->stop_asked || r->killed || r->wstatus || clock_ms() - j->began_ms > SHORT_MS)
		return;
	history_add(j->task->fd, "daemon", (const char *const[]){ "hint", said, NULL });
	if (o->status == ST_CRASHED)
		snprintf(o->reason, sizeof o->reason, "%s", said);
}

/* As it stands by now: rca-triage counts in it, too. */
static long long
nudges_so_far(const struct job *j)
{
	struct manifest now;
	char why[WHY];

	return manifest_num(manifest_read(j->task->fd, &now, why) ? j->m : &now, "nudge_count", 0);
}

static void
show_check(const struct job *j, const char *check)
{
	struct progress p;
	long long last;

	progress_load(j->task->fd, &p, &last);
	p.phase = *check ? PHASE_TOOL : PHASE_ENDED;
	p.open_tools = *check != 0;
	*p.tool = '\0';
	if (*check)
		snprintf(p.tool, sizeof p.tool, "check: %.100s", check);
	progress_save(j->task->fd, &p, clock_now());
}

/* Ended before the check was over: the work is not accepted. */
static void
cut_short(const struct job *j, enum stop_signal s, int code, struct outcome *o)
{
	*o = (struct outcome){ .status = s == STOP_TASK ? ST_STOPPED : ST_CRASHED, .exit_code = code };
	snprintf(o->reason, sizeof o->reason, s == STOP_TASK ? "stop" : "terminated");
	history_add(j->task->fd, "check_ended", (const char *const[]){ "because", o->reason, NULL });
}

/* The check. 1: sent back to go on; 0: judged, in *o; -1 with why. */
static int
gate(struct job *j, const struct supervised *r, struct outcome *o, char why[WHY])
{
	const char *check = config_get(&j->conf, j->m, "check");
	struct check g = { .check = check, .dir = judge_project(j), .engine = r->engine, .env = j->env, .umask = j->umask };
	enum stop_signal s = r->stop_asked || file_there(j->task->fd, "stop") == 1 ? STOP_TASK : r->killed ? STOP_ATTEMPT : STOP_NOT;
	long long nudges;
	char buf[32];
	int code = 128 + SIGTERM;

	if (o->status != ST_COMPLETED || !*check)
		return 0;
	if (s == STOP_NOT) {
		show_check(j, check);
		check_log(j->task, check, CHECK_BEGINS);
		if (check_run(j->task, &g, &s, &code, why))
			return -1;
		show_check(j, "");
	}
	if (s != STOP_NOT) {
		cut_short(j, s, code, o);
		return 0;
	}
	check_log(j->task, check, code);
	snprintf(buf, sizeof buf, "%d", code);
	history_add(j->task->fd, code ? "check_failed" : "check_passed", (const char *const[]){ "exit_code", buf, NULL });
	if (!code)
		return 0;
	nudges = nudges_so_far(j);
	if (nudges >= config_num(&j->conf, j->m, "max_nudges") || agent_prompt(j->agent) == PROMPT_NONE) {
		o->status = ST_FAILED;
		o->exit_code = code;
		snprintf(o->reason, sizeof o->reason, "check_failed: exit %d", code);
		return 0;
	}
	snprintf(buf, sizeof buf, "%lld", nudges + 1);
	if (check_send_back(j->task, check, code))
		return err_why(why, "write resume:");
	return manifest_change(j->task->fd, (const char *const[]){ "nudge_count", buf, NULL }, why) ? -1 : 1;
}

int
judge_settle(struct job *j, struct supervised *r, struct outcome *o, char why[WHY])
{
	struct evidence e;
	char fruitless[16] = "", open[16];
	int again;

	gather(j, r, &e);
	outcome_judge(&e, o);
	amend(j, r, e.fruitless, o);
	limited(j, r, o);
	if (e.ended && e.unfinished && o->status != ST_COMPLETED) {
		snprintf(open, sizeof open, "%d", e.unfinished);
		history_add(j->task->fd, "background_lost", (const char *const[]){ "open", open, NULL });
	}
	hint(j, r, o);
	if (o->status == ST_CRASHED && stillborn(j, r))
		o->start_failed = 1;
	if (e.failure == FAIL_LOST && !e.ended) {
		history_add(j->task->fd, "session_lost", (const char *const[]){ "id", j->session, "because", "the agent does not know it", NULL });
		session_renew(j->task->fd, agent_session(j->agent) == SESSION_PIN);
	}
	if (e.fruitless)
		snprintf(fruitless, sizeof fruitless, "%d", e.fruitless);
	if (strcmp(fruitless, manifest_get(j->m, "fruitless")) && manifest_change(j->task->fd, (const char *const[]){ "fruitless", fruitless, NULL }, why))
		return -1;
	if ((again = gate(j, r, o, why)))
		return again;
	o->ran_ms = clock_ms() - j->began_ms;
	again = finish_write(j->task, o, why);
	if (again > 0)
		history_add(j->task->fd, "next_prompt", NULL);
	return again;
}
