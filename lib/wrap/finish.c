/*
 * finish - writes the end of an attempt
 *
 * The order is the promise: a reader that sees `done` finds exit_code, result and manifest on disk,
 * and the notice in the outbox. A writer that dies in between leaves a terminal status without
 * `done`; the next rca-wrap writes only what is missing.
 */
#include "wrap/finish.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pairs.h"
#include "file/file.h"
#include "notice/outbox.h"
#include "task/done.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/summary.h"

enum { TRIES = 60, RETRY_MS = 1000 };

int
finish_try(const struct task *t, int i)
{
	if (i == 0)
		return 1;
	if (i >= TRIES || file_there(t->fd, "manifest") == 0)
		return 0;
	poll(NULL, 0, RETRY_MS);
	return 1;
}

/*
 * Under the lock that the writer of a prompt takes, no prompt is lost: either it is seen here, or
 * its writer sees the status.
 */
static int
next_prompt(const struct task *t)
{
	struct stat st;

	return !fstatat(t->fd, "resume", &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode)
		&& st.st_size > 0;
}

static int
publish(const struct task *t, char why[WHY])
{
	static const char *const gone[] = { "env", "pid", "input" };
	struct manifest m;

	if (manifest_read(t->fd, &m, why))
		return -1;
	if (file_there(t->fd, "result") != 1
		&& file_replace(t->fd, "result", "", 0, 0600, FILE_DATA))
		return err_why(why, "write result:");
	/* An empty marker has done its work; a prompt in it is for the next launch. */
	if (!next_prompt(t) && unlinkat(t->fd, "resume", 0) && errno != ENOENT)
		return err_why(why, "remove resume:");
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (unlinkat(t->fd, gone[i], 0) && errno != ENOENT)
			return err_why(why, "remove %s:", gone[i]);
	summary_log(t);
	if (file_sync(t->fd, "history") || file_syncdir(t->fd) || done_write(t->fd, &m))
		return err_why(why, "write done:");
	return 0;
}

static int
set_all(struct manifest *m, const struct outcome *o)
{
	const char *attempt = PAIRS_NUMBER(manifest_num(m, "attempt", 0));
	const struct { const char *key, *val; } all[] = {
		{ "ran_ms", o->ran_ms ? PAIRS_NUMBER(o->ran_ms) : NULL },
		{ "unbegun", o->unbegun ? attempt : NULL },
		{ "start_failed", o->start_failed ? "yes" : NULL },
		{ "status", status_word(o->status) },
		{ "reason", o->reason },
		{ "finished_at", PAIRS_TIME(clock_now()) },
		{ "exit_code", PAIRS_NUMBER(o->exit_code) },
		{ "term_signal", o->term_signal ? PAIRS_NUMBER(o->term_signal) : NULL },
		{ "resume_at", o->resume_at ? PAIRS_TIME(o->resume_at) : NULL },
		{ "resume_unsure", o->unsure ? "yes" : NULL },
		{ "limited_since", o->limited_since ? PAIRS_TIME(o->limited_since) : NULL },
		{ "pid", NULL },
	};
	int r = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		r |= manifest_set(m, all[i].key, all[i].val);
	return r;
}

static int
change(const struct task *t, const struct outcome *o, char why[WHY])
{
	struct manifest m;
	int lock = manifest_lock(t->fd), r;

	if (lock < 0)
		return err_why(why, "lock manifest:");
	if (o->status == ST_COMPLETED && next_prompt(t))
		r = 1;
	else if (!(r = manifest_read(t->fd, &m, why))
		&& (set_all(&m, o) || manifest_write(t->fd, &m)))
		r = err_why(why, "replace manifest:");
	close(lock);
	return r;
}

static int
write_once(const struct task *t, const struct outcome *o, char why[WHY])
{
	char code[16];
	int n = snprintf(code, sizeof code, "%d\n", o->exit_code);

	/* FULL: the names of exit_code and result are on disk before the manifest names the end. */
	if (status_terminal(o->status)
		&& file_replace(t->fd, "exit_code", code, (size_t)n, 0600, FILE_FULL))
		return err_why(why, "write exit_code:");
	return change(t, o, why);
}

static int
tell_history(const struct task *t, const struct outcome *o)
{
	const char *at = o->status == ST_LIMITED ? PAIRS_TIME(o->resume_at) : "";

	return history_add(t->fd, status_word(o->status), PAIRS("reason", o->reason,
		"exit_code", PAIRS_NUMBER(o->exit_code), o->unsure ? "look_at" : "resume_at", at));
}

int
finish_write(const struct task *t, struct outcome *o, char why[WHY])
{
	int r = -1, i;
	char inner[WHY];

	/* Only a completed task has exit code 0, whatever its agent or its check exited with. */
	if (o->status != ST_COMPLETED && o->exit_code == 0)
		o->exit_code = EX_NO;
	for (i = 0; r < 0 && finish_try(t, i); i++)
		r = write_once(t, o, why);
	if (r)
		return r;
	/* The disk should have room for this, too; if not, the end matters more. */
	while (tell_history(t, o) && finish_try(t, i++))
		;
	if (status_terminal(o->status))
		return finish_repair(t, why);
	summary_log(t);
	if (outbox_status(t, "", inner) > 0)
		outbox_deliver(t);
	return 0;
}

int
finish_repair(const struct task *t, char why[WHY])
{
	int r = -1, notice = 0;

	for (int i = 0; r && finish_try(t, i); i++) {
		/* A failure here (a broken config) does not keep the task from ending. */
		if (outbox_status(t, "", why) > 0)
			notice = 1;
		r = publish(t, why);
	}
	if (notice)
		outbox_deliver(t);
	return r;
}
