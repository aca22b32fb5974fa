/*
 * finish - the last words of an attempt
 *
 * The order is the promise: whoever sees `done` finds exit_code, result and manifest on disk, and the notice, if somebody is to be told. A writer that dies in between leaves
 * a terminal status without `done`; the next rca-wrap writes only that.
 */
#include "wrap/finish.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"
#include "notice/outbox.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/summary.h"
#include "wrap/outcome.h"

enum { TRIES = 60, RETRY_MS = 1000 };

/* Nothing is waited for in a directory that was removed. */
static int
removed(const struct task *t)
{
	return file_there(t->fd, "manifest") == 0;
}

int
finish_code(const struct task *t)
{
	char buf[32], *end;
	long v;

	if (file_read(t->fd, "exit_code", buf, sizeof buf) <= 0)
		return -1;
	v = strtol(buf, &end, 10);
	return (*end == '\n' || !*end) && v >= 0 && v <= 255 ? (int)v : -1;
}

/* A prompt that came in time is not lost: under the lock that its writer takes, either it is seen here, or its writer sees the status. */
static int
next_prompt(const struct task *t)
{
	struct stat st;

	return !fstatat(t->fd, "resume", &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode) && st.st_size > 0;
}

static int
publish(const struct task *t, char why[WHY])
{
	static const char *const gone[] = { "env", "pid", "input" };

	if (file_there(t->fd, "result") != 1 && file_replace(t->fd, "result", "", 0, 0600, FILE_DATA))
		return err_why(why, "write result:");
	/* A bare marker has done its work; words in it are for whoever carries the task on. */
	if (!next_prompt(t) && unlinkat(t->fd, "resume", 0) && errno != ENOENT)
		return err_why(why, "remove resume:");
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (unlinkat(t->fd, gone[i], 0) && errno != ENOENT)
			return err_why(why, "remove %s:", gone[i]);
	summary_log(t);
	if (file_sync(t->fd, "history") || file_syncdir(t->fd) || file_mark(t->fd, "done"))
		return err_why(why, "write done:");
	return 0;
}

static int
set_all(struct manifest *m, const struct outcome *o)
{
	char code[16], sig[16], now[CLOCK_UTC], at[CLOCK_UTC], since[CLOCK_UTC], ran[32], attempt[32];
	int r = 0;

	snprintf(code, sizeof code, "%d", o->exit_code);
	snprintf(sig, sizeof sig, "%d", o->term_signal);
	snprintf(ran, sizeof ran, "%lld", o->ran_ms);
	snprintf(attempt, sizeof attempt, "%lld", manifest_num(m, "attempt", 0));
	r |= manifest_set(m, "ran_ms", o->ran_ms ? ran : NULL);
	r |= manifest_set(m, "unbegun", o->unbegun ? attempt : NULL);
	r |= manifest_set(m, "start_failed", o->start_failed ? "yes" : NULL);
	r |= manifest_set(m, "status", status_word(o->status));
	r |= manifest_set(m, "reason", o->reason);
	r |= manifest_set(m, "finished_at", clock_utc(clock_now(), now));
	r |= manifest_set(m, "exit_code", code);
	r |= manifest_set(m, "term_signal", o->term_signal ? sig : NULL);
	r |= manifest_set(m, "resume_at", o->resume_at ? clock_utc(o->resume_at, at) : NULL);
	r |= manifest_set(m, "resume_unsure", o->unsure ? "yes" : NULL);
	r |= manifest_set(m, "limited_since", o->limited_since ? clock_utc(o->limited_since, since) : NULL);
	r |= manifest_set(m, "pid", NULL);
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
	else if (!(r = manifest_read(t->fd, &m, why)) && (r = set_all(&m, o) || manifest_write(t->fd, &m) ? -1 : 0))
		err_why(why, "replace manifest:");
	close(lock);
	return r;
}

static int
write_once(const struct task *t, const struct outcome *o, char why[WHY])
{
	char code[16];

	snprintf(code, sizeof code, "%d\n", o->exit_code);
	/* FULL: the names of exit_code and result are on disk before a manifest that says so can be. */
	if (status_terminal(o->status) && file_replace(t->fd, "exit_code", code, strlen(code), 0600, FILE_FULL))
		return err_why(why, "write exit_code:");
	return change(t, o, why);
}

static int
tell_history(const struct task *t, const struct outcome *o)
{
	char code[16], at[CLOCK_UTC];

	snprintf(code, sizeof code, "%d", o->exit_code);
	if (o->status == ST_LIMITED)
		return history_add(t->fd, "limited", (const char *const[]){ "reason", o->reason, "exit_code", code,
			o->unsure ? "look_at" : "resume_at", clock_utc(o->resume_at, at), NULL });
	return history_add(t->fd, status_word(o->status), (const char *const[]){ "reason", o->reason, "exit_code", code, NULL });
}

int
finish_write(const struct task *t, struct outcome *o, char why[WHY])
{
	int r = -1, told = 0, i = 0;
	char news[WHY];

	/* Whatever its agent or its check exited with: 0 says completed, and nothing else does. */
	if (o->status != ST_COMPLETED && o->exit_code == 0)
		o->exit_code = EX_NO;
	for (; r < 0 && i < TRIES && !(i && removed(t)); i++) {
		if (i)
			poll(NULL, 0, RETRY_MS);
		r = write_once(t, o, why);
	}
	if (r)
		return r;
	/* A disk that has just had room for the manifest has room for this, too; if not, the end is worth more. */
	while (!told && !(told = !tell_history(t, o)) && i++ < TRIES && !removed(t))
		poll(NULL, 0, RETRY_MS);
	if (status_terminal(o->status))
		return finish_repair(t, why);
	summary_log(t);
	if (outbox_status(t, "", news) > 0)
		outbox_deliver(t);
	return 0;
}

int
finish_repair(const struct task *t, char why[WHY])
{
	int r = -1, news = 0;

	for (int i = 0; r && i < TRIES && !(i && removed(t)); i++) {
		if (i)
			poll(NULL, 0, RETRY_MS);
		/* What cannot be told (a config that was broken meanwhile) is no reason not to end. */
		if (outbox_status(t, "", why) > 0)
			news = 1;
		r = publish(t, why);
	}
	if (news)
		outbox_deliver(t);
	return r;
}
