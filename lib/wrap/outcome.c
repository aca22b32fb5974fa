/* outcome - what an attempt's end means: the first row that fits decides */
#include "wrap/outcome.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum { EXIT_USAGE = 2, EXIT_CANTEXEC = 126, EXIT_NOTFOUND = 127 };

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

/* "exit:3" or "signal:9", and what the agent last complained of where it may be the cause. */
static void
by_wait_status(struct outcome *o, enum status s, const struct evidence *e)
{
	int with = e->stream && e->error && *e->error;

	o->status = s;
	if (o->term_signal)
		snprintf(o->reason, sizeof o->reason, "signal:%d", o->term_signal);
	else
		snprintf(o->reason, sizeof o->reason, "exit:%d%s%s", o->exit_code, with ? ": " : "", with ? e->error : "");
}

/*
 * Whether what kept a program from being started may be over by itself. A machine's want of memory,
 * processes or descriptors always may. A program or directory that is not there, or not whole, may be
 * a slip of whoever made the task; but where it was there before, it is being replaced or mounted.
 */
static int
may_pass(const struct evidence *e)
{
	static const int never[] = { E2BIG, ENAMETOOLONG };
	static const int slips[] = { ENOENT, ENOTDIR, EACCES, EPERM, ENOEXEC, ELOOP, EISDIR, EINVAL };

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (e->exec_errno == never[i])
			return 0;
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
		if (e->exec_errno == slips[i])
			return e->ran;
	return 1;
}

static void
codes(const struct evidence *e, struct outcome *o)
{
	if (e->exec_errno) {
		o->exit_code = e->exec_errno == ENOENT || e->exec_errno == ENOTDIR ? EXIT_NOTFOUND : EXIT_CANTEXEC;
	} else if (seen(e) && WIFEXITED(e->wstatus)) {
		o->exit_code = WEXITSTATUS(e->wstatus);
	} else if (seen(e) && WIFSIGNALED(e->wstatus)) {
		o->term_signal = WTERMSIG(e->wstatus);
		o->exit_code = 128 + o->term_signal;
	} else {
		o->exit_code = 1;
	}
}

/* Whether somebody else ended it: a signal that means just that, or (agents that catch it) its exit code. */
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
	} else if (e->failure == FAIL_PERMANENT) {
		judge(o, ST_FAILED, error);
	} else if (e->failure == FAIL_LIMITED) {
		judge(o, ST_LIMITED, error);
		o->resume_at = e->resume_at;
	} else {
		judge(o, ST_CRASHED, error);
	}
}

/* An agent with an event stream, but no word in it of how it ended. */
static void
judge_silence(const struct evidence *e, struct outcome *o)
{
	int code = o->exit_code;

	if (e->killed)
		judge(o, ST_CRASHED, "terminated");
	else if (!seen(e))
		judge(o, ST_CRASHED, "lost");
	else if (o->term_signal || from_outside(o))
		by_wait_status(o, ST_CRASHED, e);
	else if (code == 0)
		judge(o, ST_CRASHED, "no_end_event");
	else if (!e->ran && e->fruitless > 0 && (code == EXIT_USAGE || code == EXIT_CANTEXEC || code == EXIT_NOTFOUND))
		by_wait_status(o, ST_FAILED, e);
	else
		by_wait_status(o, ST_CRASHED, e);
}

/* Nothing comes of it; the last cause stays in sight. */
static void
give_up(struct outcome *o)
{
	char cause[sizeof o->reason];

	snprintf(cause, sizeof cause, "%s", o->reason);
	o->status = ST_FAILED;
	snprintf(o->reason, sizeof o->reason, "no_progress: %.*s", (int)sizeof o->reason - 16,
		cause);
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

/*
 * Its last word counts: all is done. With work left open in the background it was only its word for now; that counts if the agent left by itself, or was waited for in vain. Who was
 * ended meanwhile is to be resumed, for that work died with it.
 */
static int
said_end(const struct evidence *e)
{
	int left = seen(e) && WIFEXITED(e->wstatus) && WEXITSTATUS(e->wstatus) == 0 && !e->killed && !e->stop_asked;

	return e->stream && e->ended && (!e->unfinished || left || e->lingered);
}

void
outcome_judge(const struct evidence *e, struct outcome *o)
{
	char text[64];

	memset(o, 0, sizeof *o);
	codes(e, o);
	if (e->exec_errno) {
		snprintf(text, sizeof text, "exec: %s", strerror(e->exec_errno));
		judge(o, may_pass(e) ? ST_CRASHED : ST_FAILED, text);
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
	if (e->stream && o->status == ST_CRASHED && e->fruitless >= FRUITLESS_MAX && !e->killed && seen(e) && !from_outside(o))
		give_up(o);
	if (o->status != ST_COMPLETED && o->exit_code == 0) /* some agents exit 0 whatever happened; a caller must not */
		o->exit_code = 1;
}
