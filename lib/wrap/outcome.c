/* outcome - decides what the end of an attempt means; the first rule that fits decides */
#include "wrap/outcome.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/err.h"

enum { EXIT_USAGE = 2 };

static void
judge(struct outcome *o, enum status s, const char *reason)
{
	o->status = s;
	snprintf(o->reason, sizeof o->reason, "%s", reason);
}

static int
seen(const struct evidence *e)
{
	return e->wstatus >= 0;
}

/* "exit:3" or "signal:9"; after an exit also the agent's last complaint, which may be its cause. */
static void
by_wait_status(struct outcome *o, enum status s, const struct evidence *e)
{
	const char *error = e->stream && e->error ? e->error : "";

	o->status = s;
	if (o->term_signal)
		snprintf(o->reason, sizeof o->reason, "signal:%d", o->term_signal);
	else
		snprintf(o->reason, sizeof o->reason, "exit:%d%s%s", o->exit_code,
			*error ? ": " : "", error);
}

/*
 * Whether the reason why exec failed may pass by itself. A lack of memory, processes or descriptors
 * may. A program or directory that is missing or broken may be a mistake in the task; but if it was
 * there before, it is being replaced or mounted.
 */
static int
may_pass(const struct evidence *e)
{
	switch (e->exec_errno) {
	case E2BIG: case ENAMETOOLONG:
		return 0;
	case ENOENT: case ENOTDIR: case EACCES: case EPERM:
	case ENOEXEC: case ELOOP: case EISDIR: case EINVAL:
		return e->ran;
	default:
		return 1;
	}
}

static void
codes(const struct evidence *e, struct outcome *o)
{
	int missing = e->exec_errno == ENOENT || e->exec_errno == ENOTDIR;

	o->exit_code = EX_NO;
	if (e->exec_errno) {
		o->exit_code = missing ? EX_NOTFOUND : EX_CANTEXEC;
	} else if (seen(e) && WIFEXITED(e->wstatus)) {
		o->exit_code = WEXITSTATUS(e->wstatus);
	} else if (seen(e) && WIFSIGNALED(e->wstatus)) {
		o->term_signal = WTERMSIG(e->wstatus);
		o->exit_code = 128 + o->term_signal;
	}
}

/* Whether somebody else ended it: by the signal, or by the exit code of an agent that caught it. */
static int
from_outside(const struct outcome *o)
{
	int s = o->term_signal ? o->term_signal : o->exit_code - 128;

	return s == SIGKILL || s == SIGTERM || s == SIGHUP;
}

static void
judge_failure(const struct evidence *e, struct outcome *o)
{
	const char *error = e->error && *e->error ? e->error : "error";

	if (e->failure == FAIL_LOST) {
		judge(o, ST_CRASHED, "session_lost");
	} else if (e->failure == FAIL_LIMITED) {
		judge(o, ST_LIMITED, error);
		o->resume_at = e->resume_at;
	} else {
		judge(o, e->failure == FAIL_PERMANENT ? ST_FAILED : ST_CRASHED, error);
	}
}

/* The agent has an event stream that does not say how it ended. */
static void
judge_silence(const struct evidence *e, struct outcome *o)
{
	int code = o->exit_code;

	if (e->killed)
		judge(o, ST_CRASHED, "terminated");
	else if (!seen(e))
		judge(o, ST_CRASHED, "lost");
	else if (code == 0)
		judge(o, ST_CRASHED, "no_end_event");
	else if (!e->ran && e->fruitless > 0
		&& (code == EXIT_USAGE || code == EX_CANTEXEC || code == EX_NOTFOUND))
		by_wait_status(o, ST_FAILED, e);
	else
		by_wait_status(o, ST_CRASHED, e);
}

static void
judge_command(const struct evidence *e, struct outcome *o)
{
	if (e->killed)
		judge(o, ST_CRASHED, "terminated");
	else if (!seen(e))
		judge(o, ST_FAILED, "lost");
	else if (o->exit_code == 0)
		judge(o, ST_COMPLETED, "end");
	else
		by_wait_status(o, ST_FAILED, e);
}

/* After several fruitless attempts; the last cause stays in the reason. */
static void
give_up(struct outcome *o)
{
	char cause[sizeof o->reason];

	snprintf(cause, sizeof cause, "%s", o->reason);
	o->status = ST_FAILED;
	snprintf(o->reason, sizeof o->reason, "no_progress: %.*s", (int)sizeof cause - 16, cause);
}

/*
 * Its end event counts if nothing was left open in the background. Otherwise it counts only if the
 * agent then exited by itself, or we waited in vain: an agent that was ended while the work was
 * open is to be resumed, because the work died with it.
 */
static int
said_end(const struct evidence *e)
{
	int left = seen(e) && WIFEXITED(e->wstatus) && WEXITSTATUS(e->wstatus) == 0 && !e->killed
		&& !e->stop_asked;

	return e->stream && e->ended && (!e->unfinished || left || e->lingered);
}

void
outcome_judge(const struct evidence *e, struct outcome *o)
{
	memset(o, 0, sizeof *o);
	codes(e, o);
	if (e->exec_errno) {
		o->status = may_pass(e) ? ST_CRASHED : ST_FAILED;
		snprintf(o->reason, sizeof o->reason, "exec: %s", strerror(e->exec_errno));
		o->unbegun = 1;
		o->start_failed = o->status == ST_CRASHED;
	} else if (said_end(e)) {
		judge(o, ST_COMPLETED, "end");
		o->exit_code = 0;
	} else if (e->stop_asked) {
		judge(o, ST_STOPPED, "stop");
	} else if (e->hung) {
		judge(o, ST_HUNG, "hung");
	} else if (!e->stream) {
		judge_command(e, o);
	} else if (e->failure != FAIL_NONE && !e->killed) {
		judge_failure(e, o);
	} else {
		judge_silence(e, o);
	}
	if (e->stream && o->status == ST_CRASHED && e->fruitless >= FRUITLESS_MAX && !e->killed
		&& seen(e) && !from_outside(o))
		give_up(o);
	if (o->status != ST_COMPLETED && o->exit_code == 0) /* some agents exit 0 on any failure */
		o->exit_code = EX_NO;
}

void
outcome_cut(struct outcome *o, int stop, int exit_code)
{
	*o = (struct outcome){ .status = stop ? ST_STOPPED : ST_CRASHED, .exit_code = exit_code };
	snprintf(o->reason, sizeof o->reason, stop ? "stop" : "terminated");
}
