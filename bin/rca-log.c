/*
 * rca-log TASK - prints a task's log, or its history, and follows it to the task's end
 *
 * Anybody may have written into the files, so they are stripped again on the way to the terminal.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "file/file.h"
#include "file/log_reader.h"
#include "file/log_times.h"
#include "file/watch.h"
#include "log/paint.h"
#include "log/stamp.h"
#include "proc/tool.h"
#include "task/liveness.h"
#include "task/summary.h"
#include "task/task.h"
#include "text/strip.h"

enum { READ_SIZE = 65536, EVENT = 8192, NAME_WIDTH = 13, UTC = CLOCK_UTC - 1 };

struct log {
	struct task t;
	struct log_reader reader;
	struct strip strip;
	int events;         /* the history, line by line */
	char line[EVENT];
	size_t n;
	long long heard_at; /* clock_ms */
	struct paint paint;
	int tflag;
	struct log_times times;
	struct stamp stamp;
	int inside;         /* a line that has no end yet */
};

static const char help[] =
	"usage: rca-log [-efhtV] [-1 | -n lines] task\n"
	"\n"
	"Print a task's log, and follow it.\n"
	"\n"
	"  -1                the last attempt only\n"
	"  -e                the history instead, one event a line\n"
	"  -f                follow until the task has ended\n"
	"  -n lines          begin with the last lines\n"
	"  -t                the time before each line\n";

static int
put(void *log, const char *s, size_t n)
{
	struct log *l = log;

	if (paint_write(&l->paint, s, n))
		err_die(EX_SYSTEM, "write standard output:");
	return 0;
}

static void
flush(struct log *l)
{
	if (paint_flush(&l->paint))
		err_die(EX_SYSTEM, "write standard output:");
}

/* Prints "TIME name key=value..." with local time and aligned names; other lines as they are. */
static void
put_event(struct log *l, const char *line, size_t n)
{
	char clean[EVENT], utc[CLOCK_UTC], when[64], out[EVENT + 128];
	const char *name = clean + CLOCK_UTC;
	struct tm tm;
	time_t at;
	int k;

	n = oneline(clean, sizeof clean, line, n);
	snprintf(utc, sizeof utc, "%.*s", UTC, clean);
	at = n > CLOCK_UTC && clean[UTC] == ' ' ? (time_t)clock_parse(utc) : -1;
	if (at < 0 || !localtime_r(&at, &tm) ||
		!strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm)) {
		k = snprintf(out, sizeof out, "%s\n", clean);
	} else {
		int width = (int)strcspn(name, " ");

		k = snprintf(out, sizeof out, "%s  %-*.*s%s\n", when, name[width] ? NAME_WIDTH : 0,
			width, name, name + width);
	}
	put(l, out, (size_t)k);
}

static void
take_events(struct log *l, const char *s, size_t n)
{
	for (; n > 0; s++, n--) {
		if (*s != '\n' && l->n < sizeof l->line) {
			l->line[l->n++] = *s;
		} else if (*s == '\n') {
			put_event(l, l->line, l->n);
			l->n = 0;
		}
	}
}

/* Line by line, each with the time at which it began; s stands at that offset of its file. */
static void
take_lines(struct log *l, const char *s, size_t n, off_t at)
{
	log_times_of(&l->times, l->reader.fd);
	while (n > 0) {
		const char *nl = memchr(s, '\n', n);
		size_t k = nl ? (size_t)(nl - s) + 1 : n;

		if (!l->inside)
			l->paint.before = stamp_text(&l->stamp,
				log_times_at(&l->times, at));
		l->inside = !nl;
		strip_feed(&l->strip, s, k, put, l);
		s += k;
		n -= k;
		at += (off_t)k;
	}
}

/* Prints what has been written so far. 1 if there was anything new. */
static int
print_new(struct log *l)
{
	char buf[READ_SIZE];
	ssize_t n;
	int some = 0;

	while ((n = log_reader_read(&l->reader, buf, sizeof buf)) > 0) {
		some = 1;
		l->heard_at = clock_ms();
		if (l->events)
			take_events(l, buf, (size_t)n);
		else if (l->tflag)
			take_lines(l, buf, (size_t)n, lseek(l->reader.fd, 0, SEEK_CUR) - n);
		else
			strip_feed(&l->strip, buf, (size_t)n, put, l);
	}
	if (n < 0)
		err_die(EX_SYSTEM, "%s: read %s:", l->t.name, l->reader.name);
	flush(l);
	return some;
}

static void
finish(struct log *l)
{
	if (l->events && l->n)
		put_event(l, l->line, l->n);
	else if (!l->events)
		strip_flush(&l->strip, put, l);
	flush(l);
}

/* If the log lacks it: the disk was full, its writer was killed, or was of an older version. */
static void
tell_outcome(struct log *l, const struct liveness *life, const struct manifest *m)
{
	char line[SUMMARY_LINE + 1];
	size_t n;

	if (l->events || !summary_line(&l->t, m, life->is == LIVENESS_LEFT, line) ||
		!summary_missing(&l->t, line))
		return;
	n = strlen(line);
	line[n++] = '\n';
	if (l->paint.midline)
		put(l, "\n", 1);
	if (l->tflag)
		l->paint.before = stamp_text(&l->stamp,
			clock_parse(manifest_get(m, "finished_at")));
	put(l, line, n);
	flush(l);
}

/* Milliseconds until the current line goes out without its end; -1: nothing waits. */
static long
line_due(struct log *l)
{
	long long now = clock_ms(), due;

	if (l->events)
		return -1;
	strip_tick(&l->strip, l->heard_at, now, put, l);
	flush(l);
	due = strip_due(&l->strip, l->heard_at);
	return !due ? -1 : due > now ? (long)(due - now) : 0;
}

static long
sooner(long a, long b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* The first call begins to watch, and returns at once: the caller must look again. */
static void
sleep_until_more(struct log *l, struct watch **watch, long ms)
{
	if (*watch) {
		if (watch_wait(*watch, ms) < 0 && errno != EINTR)
			err_die(EX_SYSTEM, "%s: wait for changes:", l->t.name);
	} else if (!(*watch = watch_new()) || watch_add(*watch, l->t.fd, l->t.path, 1) < 0) {
		err_die(EX_SYSTEM, "%s: watch:", l->t.name);
	}
}

/* A task's log is complete before its end is written: so the state is read first, then the log. */
static int
follow(struct log *l)
{
	struct watch *watch = NULL;
	struct liveness life = { .since = 0 };
	struct manifest m;
	char why[WHY];
	int r;

	while (!(r = liveness_look(&l->t, &life, &m, why)) && liveness_ends_in(&life)) {
		if (print_new(l) && watch)
			watch_stir(watch);
		sleep_until_more(l, &watch, sooner(liveness_ends_in(&life), line_due(l)));
	}
	print_new(l);
	finish(l);
	if (r)
		err_die(r, "%s", why);
	tell_outcome(l, &life, &m);
	if (l->events && life.is == LIVENESS_LEFT)
		err_warn("%s: has not ended, but no process works on it any more (%s)", l->t.name,
			status_word(life.status));
	watch_free(watch);
	return EX_YES;
}

/* Opens the log, or the history, where it is to begin. */
static void
begin(struct log *l, int last_attempt, long long lines)
{
	const char *name = l->events ? "history" : "output.log";
	int r;

	l->times = (struct log_times){ .dir = l->t.fd, .name = name };
	l->paint.colour = !l->events && table_colour();
	strip_init(&l->strip);
	if (last_attempt)
		r = log_reader_last(&l->reader, l->t.fd, name, 1, "--- attempt ");
	else if (lines >= 0)
		r = log_reader_last(&l->reader, l->t.fd, name, lines, "");
	else
		r = log_reader_open(&l->reader, l->t.fd, name);
	if (r)
		err_die(EX_SYSTEM, "%s: open %s:", l->t.name, name);
}

static int
print(struct log *l)
{
	struct liveness life = { .since = 0 };
	struct manifest m;
	char why[WHY];

	print_new(l);
	finish(l);
	if (!liveness_look(&l->t, &life, &m, why) && !liveness_ends_in(&life))
		tell_outcome(l, &life, &m);
	return EX_YES;
}

int
main(int argc, char **argv)
{
	static struct log l;
	int fflag = 0, last_attempt = 0, c;
	long long lines = -1;
	char *end;

	tool_begin(INHERIT_ANSWERS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case '1': last_attempt = 1; break;
		case 'e': l.events = 1; break;
		case 'f': fflag = 1; break;
		case 'n':
			errno = 0;
			lines = strtoll(optarg, &end, 10);
			if (*optarg < '0' || *optarg > '9' || *end || errno)
				err_die(EX_CALLER, "-n %s: not a number of lines", optarg);
			break;
		case 't': l.tflag = 1; break;
		}
	if (argc - optind != 1 || (last_attempt && (l.events || lines >= 0)))
		tool_usage();
	task_open_or_die(&l.t, argv[optind]);
	begin(&l, last_attempt, lines);
	return fflag ? follow(&l) : print(&l);
}
