/*
 * live - the table of tasks as a screen that follows them
 *
 * Once a second the roster looks which tasks changed; locks, progress and silence are read only of
 * those on the screen.
 */
#include "list/live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "engine/attach.h"
#include "list/canvas.h"
#include "list/columns.h"
#include "proc/selfpipe.h"

enum { LOOK_MS = 1000, CTRL_C = 3, CTRL_L = 12, CTRL_Z = 26 };

struct live {
	struct roster *r;
	struct canvas c;
	struct column col[TABLE_COLUMNS];
	size_t ncols;
	int colour, stale;     /* stale: draw again */
	size_t top, sel;       /* the first task on the screen, the selected one */
	char picked[PATH_MAX]; /* the selected task, which moves in the order */
	char message[WHY];     /* on the last line until the next key */
	int sig, leave;
};

/* Lines above the tasks; a low screen has none. */
static int
above(const struct live *v)
{
	return v->c.rows >= 5 ? 2 : v->c.rows >= 3;
}

static size_t
height(const struct live *v)
{
	int h = v->c.rows - above(v) - (v->c.rows >= 3);

	return h > 0 ? (size_t)h : 1;
}

static void
measure(struct live *v)
{
	v->ncols = columns_begin(v->col, COLUMNS_LIVE, roster_widest(v->r), v->c.cols);
}

static void
pick(struct live *v, size_t i)
{
	size_t n = v->r->nshown;

	v->sel = i < n ? i : n ? n - 1 : 0;
	if (n)
		snprintf(v->picked, sizeof v->picked, "%s", v->r->shown[v->sel]->where);
	if (v->sel < v->top)
		v->top = v->sel;
	if (v->sel >= v->top + height(v))
		v->top = v->sel - height(v) + 1;
	if (v->top && v->top + height(v) > n)
		v->top = n > height(v) ? n - height(v) : 0;
	v->stale = 1;
}

static int
look(struct live *v, char why[WHY])
{
	size_t i = 0, n;

	if (roster_look(v->r, why))
		return -1;
	n = v->r->nshown;
	while (i < n && strcmp(v->r->shown[i]->where, v->picked))
		i++;
	measure(v);
	pick(v, i < n ? i : v->sel);
	return 0;
}

/* "12 tasks: 3 running, 9 completed" */
static void
summary(const struct live *v, char *buf, size_t size)
{
	size_t count[ST_LAST + 1] = { 0 }, n = v->r->nshown;
	struct buf b = { buf, size, 0, 0 };
	const char *sep = ": ";

	for (size_t i = 0; i < n; i++)
		count[v->r->shown[i]->status]++;
	buf_printf(&b, n ? "%zu task%s" : "no tasks", n, n == 1 ? "" : "s");
	for (int s = 0; s <= ST_LAST; s++)
		if (count[s]) {
			buf_printf(&b, "%s%zu %s", sep, count[s], entry_status((enum status)s));
			sep = ", ";
		}
}

/* e NULL: the headings. Spans reach over the gap, so that a selected line is one bar. */
static void
draw_line(struct live *v, int row, const struct entry *e, const struct details *d, int selected)
{
	char buf[COLUMNS_CELL];
	long long now = clock_now();
	int col = 0;

	for (size_t i = 0; i < v->ncols; i++) {
		const struct column *c = &v->col[i];
		struct canvas_style style = {
			.ink = INK_BOLD, .reverse = selected, .right = c->right,
			.gap = i == v->ncols - 1 ? v->c.cols : TABLE_GAP
		};
		const char *word = c->title;

		if (!c->width)
			continue;
		if (e) {
			style.ink = v->colour ? columns_ink(COLUMNS_LIVE, i, e, d) : INK_PLAIN;
			word = columns_word(COLUMNS_LIVE, i, 0, e, d, now, buf);
		}
		canvas_put(&v->c, row, col, c->width, style, word);
		col += c->width + TABLE_GAP;
	}
}

static void
draw(struct live *v)
{
	struct canvas_style plain = { .ink = INK_PLAIN }, last = { .ink = INK_DIM };
	const char *keys = "q quits   up/down or j/k select   Enter looks in   a attaches";
	char text[512];
	int head = above(v);

	canvas_begin(&v->c);
	if (head == 2) {
		summary(v, text, sizeof text);
		canvas_put(&v->c, 0, 0, v->c.cols, plain, text);
	}
	if (head)
		draw_line(v, head - 1, NULL, NULL, 0);
	for (size_t i = v->top; i < v->r->nshown && i < v->top + height(v); i++) {
		struct entry *e = v->r->shown[i];
		struct details d;

		if (details_read(v->r->l, e, 0, &d))
			draw_line(v, head + (int)(i - v->top), e, &d, i == v->sel);
	}
	if (v->message[0]) {
		last.ink = INK_BOLD;
		keys = v->message;
	}
	if (v->c.rows >= 3)
		canvas_put(&v->c, v->c.rows - 1, 0, v->c.cols, last, keys);
	canvas_show(&v->c);
	v->stale = 0;
}

/* After canvas_enter or canvas_resize, whose return value is `failed`. 0, -1 with why. */
static int
fit(struct live *v, int failed, char why[WHY])
{
	if (failed)
		return err_why(why, "%s:", v->c.name);
	measure(v);
	pick(v, v->sel);
	return 0;
}

static int
attach(struct live *v, int typing, char why[WHY])
{
	struct list *l = v->r->l;
	char path[PATH_MAX], engine[64];
	struct details d;
	struct entry *e;
	int code;

	if (!v->r->nshown)
		return 0;
	e = v->r->shown[v->sel];
	if (!details_read(l, e, 1, &d) || e->status == ST_LAST) {
		snprintf(v->message, sizeof v->message, "nothing to attach to");
		return 0;
	}
	snprintf(engine, sizeof engine, "%s", manifest_get(&l->m, "engine"));
	canvas_leave(&v->c);
	code = attach_run(engine, entry_path(l, e, path), v->c.name, typing, &v->sig, v->message);
	/* An engine that was killed has not put the terminal's modes back. */
	tcsetattr(v->c.tty, TCSANOW, &v->c.saved.was);
	if (!v->message[0] && code > 0)
		snprintf(v->message, sizeof v->message, "attach ended with exit code %d", code);
	return v->sig ? 0 : fit(v, canvas_enter(&v->c), why);
}

/* As Ctrl-Z does to any program. A program that is continued in the background stops again. */
static int
suspend(struct live *v, char why[WHY])
{
	canvas_leave(&v->c);
	signal(SIGTSTP, SIG_DFL);
	kill(0, SIGTSTP);
	while (tcgetpgrp(v->c.tty) != getpgrp() && tcgetpgrp(v->c.tty) > 0)
		kill(0, SIGSTOP);
	signal(SIGTSTP, SIG_IGN);
	return fit(v, canvas_enter(&v->c), why);
}

static int
on_key(struct live *v, int key, char why[WHY])
{
	size_t page = height(v) > 1 ? height(v) - 1 : 1;

	v->stale |= v->message[0] != 0;
	v->message[0] = 0;
	switch (key) {
	case 'q':
	case CTRL_C: v->leave = 1; break;
	case 'j':
	case KEY_DOWN: pick(v, v->sel + 1); break;
	case 'k':
	case KEY_UP: pick(v, v->sel ? v->sel - 1 : 0); break;
	case KEY_PAGE_DOWN: pick(v, v->sel + page); break;
	case KEY_PAGE_UP: pick(v, v->sel > page ? v->sel - page : 0); break;
	case 'g':
	case KEY_HOME: pick(v, 0); break;
	case 'G':
	case KEY_END: pick(v, (size_t)-1); break;
	case '\r':
	case '\n': return attach(v, 0, why);
	case 'a': return attach(v, 1, why);
	case CTRL_L: v->c.fresh = v->stale = 1; break;
	case CTRL_Z: return suspend(v, why);
	}
	return 0;
}

static int
on_signals(struct live *v, char why[WHY])
{
	int s, resized = 0;

	while ((s = selfpipe_next()))
		switch (s) {
		case SIGTERM:
		case SIGINT:
		case SIGHUP:
		case SIGQUIT: v->sig = s; break;
		case SIGWINCH: resized = 1; break;
		case SIGCONT: v->c.fresh = v->stale = 1; break; /* others drew meanwhile */
		}
	return resized ? fit(v, canvas_resize(&v->c), why) : 0;
}

/* Looks at the tasks when it is time, draws, then waits for a key, a signal or the next look. */
static int
turn(struct live *v, long long *next, char why[WHY])
{
	struct pollfd f[2] = {
		{ .fd = selfpipe_fd(), .events = POLLIN }, { .fd = v->c.tty, .events = POLLIN }
	};
	long long now = clock_ms();
	int r, key;

	if (now >= *next) {
		if (look(v, why))
			return -1;
		*next = now + LOOK_MS;
	}
	if ((r = canvas_write(&v->c)) > 0 && v->stale) {
		draw(v);
		r = canvas_write(&v->c);
	}
	if (r < 0)
		v->sig = SIGHUP; /* the terminal is gone, and its signal is perhaps still to come */
	if (!r)
		f[1].events |= POLLOUT;
	now = clock_ms();
	if (v->sig || poll(f, 2, now < *next ? (int)(*next - now) : 0) <= 0)
		return 0;
	if (f[0].revents && on_signals(v, why))
		return -1;
	while (!v->sig && !v->leave && (key = canvas_key(&v->c)) != KEY_NONE)
		if (key < 0)
			v->sig = SIGHUP;
		else if (on_key(v, key, why))
			return -1;
	return 0;
}

int
live_run(struct roster *r, int colour, char why[WHY])
{
	struct live *v = calloc(1, sizeof *v);
	long long next = 0;
	int ret, saved;

	if (!v || selfpipe_catch()) {
		free(v);
		return err_why(why, "catch signals:");
	}
	signal(SIGTSTP, SIG_IGN);
	v->r = r;
	v->colour = colour;
	ret = canvas_open(&v->c, why);
	while (!ret && !v->sig && !v->leave)
		ret = turn(v, &next, why);
	saved = errno;
	canvas_close(&v->c);
	ret = v->sig ? v->sig : ret;
	free(v);
	errno = saved;
	return ret;
}
