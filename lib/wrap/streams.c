/* streams - what a running agent prints and what is typed to it, each written where it belongs */
#include "wrap/supervisor.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pairs.h"
#include "file/log_times.h"
#include "proc/spawn.h"
#include "task/history.h"
#include "wrap/finish.h"
#include "wrap/result.h"

enum { CTRL_C = 3, CTRL_BACKSLASH = 28, INTERRUPT_MS = 30000 };

/* At most one note a second; the first text after a rotation needs its own. */
void
streams_log(struct supervisor *v, const char *s, size_t n)
{
	long long now = clock_now();
	off_t at = v->log.size;
	int fd = v->log.fd;

	if (now != v->noted)
		log_times_note(v->r->task->fd, v->log.name, at, now);
	v->noted = now;
	log_writer_write(&v->log, s, n);
	if (v->log.fd != fd || v->log.size < at)
		log_times_note(v->r->task->fd, v->log.name, 0, now);
}

void
streams_say(void *supervisor, const char *s, size_t n)
{
	struct supervisor *v = supervisor;

	streams_log(v, s, n);
	pane_write(&v->pane, s, n);
}

static int
log_stripped(void *supervisor, const char *s, size_t n)
{
	struct supervisor *v = supervisor;

	streams_log(v, s, n);
	result_tail_add(&v->tail, s, n);
	return 0;
}

/* A line of the agent's stderr, or as much of a long one as fits. */
static void
error_line(struct supervisor *v)
{
	char shown[SUPERVISOR_LINE * 2];

	if (v->nline && events_stderr(v->ev, v->line, v->nline, clock_now())) {
		oneline(shown, sizeof shown, v->line, v->nline);
		streams_say(v, shown, strlen(shown));
		streams_say(v, "\n", 1);
	}
	v->nline = 0;
}

static void
take_errors(struct supervisor *v, const char *s, size_t n)
{
	log_writer_write(&v->errlog, s, n);
	for (; n > 0; s++, n--) {
		if (*s == '\n')
			error_line(v);
		else
			v->line[v->nline++] = *s;
		if (v->nline == sizeof v->line)
			error_line(v);
	}
	/* Some agents name their session only here. */
	v->r->heard(v->r->ctx, events_progress(v->ev));
}

/* events.jsonl gets the same bytes as the reader, so that the reader's offsets fit the file. */
void
streams_keep_events(void *supervisor, const char *s, size_t n)
{
	struct supervisor *v = supervisor;

	log_writer_write(&v->events, s, n);
	events_feed(v->ev, s, n, v->last_event);
}

static void
take(struct supervisor *v, const char *s, size_t n)
{
	v->last_event = clock_now();
	v->heard_at = clock_ms();
	v->dirty = 1;
	if (v->r->pty) {
		pane_write(&v->pane, s, n);
		strip_feed(&v->strip, s, n, log_stripped, v);
		return;
	}
	line_filter_feed(&v->filter, s, n);
	v->r->heard(v->r->ctx, events_progress(v->ev));
}

/* One read. At the end, or on an error (a pty ends with EIO), *fd is closed and becomes -1. */
static void
drain(struct supervisor *v, int *fd, void (*f)(struct supervisor *, const char *, size_t))
{
	ssize_t n = read(*fd, v->buf, sizeof v->buf);

	if (n > 0) {
		f(v, v->buf, (size_t)n);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		close(*fd);
		*fd = -1;
	}
}

void
streams_read(struct supervisor *v)
{
	drain(v, &v->out, take);
}

void
streams_read_errors(struct supervisor *v)
{
	drain(v, &v->err, take_errors);
}

void
streams_idle_line(struct supervisor *v, long long now)
{
	strip_tick(&v->strip, v->heard_at, now, log_stripped, v);
}

int
streams_retry(struct supervisor *v)
{
	int left = log_writer_retry(&v->events);

	left |= log_writer_retry(&v->errlog);
	left |= log_writer_retry(&v->log);
	return left != 0;
}

void
streams_read_keys(struct supervisor *v)
{
	ssize_t n = read(v->keys, v->typed, sizeof v->typed);

	if (n <= 0) {
		if (n == 0 || (errno != EINTR && errno != EAGAIN))
			v->keys = -1;
		return;
	}
	v->ntyped = (size_t)n;
	if (memchr(v->typed, CTRL_C, v->ntyped) || memchr(v->typed, CTRL_BACKSLASH, v->ntyped))
		v->interrupted_at = clock_ms();
}

void
streams_write_keys(struct supervisor *v)
{
	ssize_t n = write(v->out, v->typed, v->ntyped);

	if (n < 0)
		n = errno == EINTR || errno == EAGAIN ? 0 : (ssize_t)v->ntyped;
	memmove(v->typed, v->typed + n, v->ntyped - (size_t)n);
	v->ntyped -= (size_t)n;
}

void
streams_foreground(struct supervisor *v)
{
	if (!v->r->pty || !isatty(0))
		return;
	if (!(v->outer.raw ? pty_raw_again(&v->outer) : pty_raw(&v->outer, 0)))
		v->keys = 0;
}

static void
report_lost_bytes(struct supervisor *v)
{
	const struct log_writer *all[] = { &v->events, &v->errlog, &v->log };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i]->dropped)
			history_add(v->r->task->fd, "bytes_lost", PAIRS("file", all[i]->name,
				"bytes", PAIRS_NUMBER(all[i]->dropped),
				"because", err_text(all[i]->err)));
}

static int
write_result(struct supervisor *v)
{
	int dir = v->r->task->fd, whole, r = -1;

	for (int i = 0; r && finish_try(v->r->task, i); i++) {
		streams_retry(v);
		whole = !v->events.dropped && !v->events.nheld;
		r = v->ev ? result_from_events(dir, v->ev, v->start, whole)
			: result_from_tail(dir, &v->tail);
	}
	return r;
}

void
streams_finish(struct supervisor *v)
{
	struct agent_run *r = v->r;

	if (v->nline)
		error_line(v);
	if (v->ev) {
		line_filter_end(&v->filter);
		events_eof(v->ev, clock_now());
		r->progress = *events_progress(v->ev);
	} else {
		strip_flush(&v->strip, log_stripped, v);
	}
	if (r->pty || r->progress.ended)
		r->result_errno = write_result(v) ? errno : 0;
	report_lost_bytes(v);
	r->interrupted = v->interrupted_at && clock_ms() < v->interrupted_at + INTERRUPT_MS;
	if (r->pty && r->interrupted && (WIFSIGNALED(r->wstatus) || spawn_code(r->wstatus) > 128))
		r->stop_asked = 1;
}
