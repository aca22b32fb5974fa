/* streams - the streams of a running agent: what it says, what it complains of, what is typed to it; each written where it belongs */
#include "wrap/run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"
#include "proc/spawn.h"
#include "task/history.h"
#include "wrap/result.h"

enum { CTRL_C = 3, CTRL_BACKSLASH = 28, INTERRUPT_MS = 30000 };
enum { RESULT_TRIES = 60, RETRY_MS = 1000 }; /* on a full disk */

/* For a person: into the log and onto the pane. */
void
streams_say(void *ctx, const char *s, size_t n)
{
	struct run *u = ctx;

	log_writer_write(&u->log, s, n);
	pane_write(&u->pane, s, n);
}

static int
log_stripped(void *ctx, const char *s, size_t n)
{
	struct run *u = ctx;

	log_writer_write(&u->log, s, n);
	return 0;
}

/* A line of the agent's stderr, or as much of a long one as fits. */
static void
error_line(struct run *u)
{
	char shown[RUN_LINE * 2];

	if (u->nline && events_stderr(u->ev, u->line, u->nline, clock_now())) {
		oneline(shown, sizeof shown, u->line, u->nline);
		streams_say(u, shown, strlen(shown));
		streams_say(u, "\n", 1);
	}
	u->nline = 0;
}

static void
take_errors(struct run *u, const char *s, size_t n)
{
	log_writer_write(&u->errlog, s, n);
	for (; n > 0; s++, n--) {
		if (*s == '\n')
			error_line(u);
		else
			u->line[u->nline++] = *s;
		if (u->nline == sizeof u->line)
			error_line(u);
	}
	/* The session may be told here alone. */
	u->r->heard(u->r->ctx, events_progress(u->ev));
}

/* Of the event stream what is kept; what is read of it later has the same bytes. */
static void
keep_events(void *ctx, const char *s, size_t n)
{
	struct run *u = ctx;

	log_writer_write(&u->events, s, n);
	events_feed(u->ev, s, n, u->last_event);
}

static void
take(struct run *u, const char *s, size_t n)
{
	u->last_event = clock_now();
	u->heard_at = clock_ms();
	u->dirty = 1;
	if (u->r->pty) {
		u->r->quiet_pty = 0;
		pane_write(&u->pane, s, n);
		strip_feed(&u->strip, s, n, log_stripped, u);
		return;
	}
	line_filter_feed(&u->sieve, s, n, keep_events, u);
	u->r->heard(u->r->ctx, events_progress(u->ev));
}

/* Reads what is at hand. On the end, or an error (a pty's end is EIO), *fd is closed and becomes -1. */
static void
drain(struct run *u, int *fd, void (*f)(struct run *, const char *, size_t))
{
	ssize_t n = read(*fd, u->buf, sizeof u->buf);

	if (n > 0) {
		f(u, u->buf, (size_t)n);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		close(*fd);
		*fd = -1;
	}
}

void
streams_read(struct run *u)
{
	drain(u, &u->out, take);
}

void
streams_read_errors(struct run *u)
{
	drain(u, &u->err, take_errors);
}

void
streams_idle_line(struct run *u, long long now)
{
	strip_tick(&u->strip, u->heard_at, now, log_stripped, u);
}

int
streams_retry(struct run *u)
{
	return (log_writer_retry(&u->events) | log_writer_retry(&u->errlog) | log_writer_retry(&u->log)) != 0;
}

void
streams_read_keys(struct run *u)
{
	ssize_t n = read(u->keys, u->typed, sizeof u->typed);

	if (n <= 0) {
		if (n == 0 || (errno != EINTR && errno != EAGAIN))
			u->keys = -1;
		return;
	}
	u->ntyped = (size_t)n;
	if (memchr(u->typed, CTRL_C, u->ntyped) || memchr(u->typed, CTRL_BACKSLASH, u->ntyped))
		u->interrupted_at = clock_ms();
}

void
streams_foreground(struct run *u)
{
	if (u->r->pty && isatty(0) && !(u->outer.raw ? pty_raw_again(&u->outer) : pty_raw(&u->outer, 0)))
		u->keys = 0;
}

void
streams_write_keys(struct run *u)
{
	ssize_t n = write(u->out, u->typed, u->ntyped);

	if (n < 0)
		n = errno == EINTR || errno == EAGAIN ? 0 : (ssize_t)u->ntyped;
	memmove(u->typed, u->typed + n, u->ntyped - (size_t)n);
	u->ntyped -= (size_t)n;
}

/* Says once what a sick disk took. */
static void
report_disk(struct run *u)
{
	const struct log_writer *all[] = { &u->events, &u->errlog, &u->log };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char n[32];

		if (!all[i]->dropped)
			continue;
		snprintf(n, sizeof n, "%lld", all[i]->dropped);
		history_add(u->r->task->fd, "bytes_lost", (const char *const[]){ "file", all[i]->name, "bytes", n, "because", err_text(all[i]->err), NULL });
	}
}

static int
write_result(struct run *u)
{
	int r = -1;

	for (int i = 0; r && i < RESULT_TRIES && !(i && file_there(u->r->task->fd, "manifest") == 0); i++) {
		if (i)
			poll(NULL, 0, RETRY_MS);
		streams_retry(u);
		r = u->ev ? result_from_events(u->r->task->fd, u->ev, u->start, !u->events.dropped && !u->events.nheld) : result_from_output(u->r->task->fd, u->start, u->log.turns - u->turns);
	}
	return r;
}

void
streams_finish(struct run *u)
{
	struct supervised *r = u->r;

	if (u->nline)
		error_line(u);
	if (u->ev) {
		line_filter_end(&u->sieve, keep_events, u);
		events_eof(u->ev, clock_now());
	} else {
		strip_flush(&u->strip, log_stripped, u);
	}
	if (u->ev)
		r->progress = *events_progress(u->ev);
	if (r->pty || r->progress.ended)
		r->result_errno = write_result(u) ? errno : 0;
	report_disk(u);
	r->interrupted = u->interrupted_at && clock_ms() < u->interrupted_at + INTERRUPT_MS;
	if (r->pty && r->interrupted && (WIFSIGNALED(r->wstatus) || spawn_code(r->wstatus) > 128))
		r->stop_asked = 1;
}
