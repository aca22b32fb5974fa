/*
 * live - the table of tasks as a screen that follows them
 *
 * All tasks are asked once a second whether they changed (roster); locks, progress and silence are looked at for those on the screen alone.
 */
#include "list/live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	int colour, stale; /* stale: what is shown is to be drawn anew */
	size_t top, sel;
	char picked[PATH_MAX]; /* the selected task, wherever it moves */
	char message[WHY];     /* in the last line, until the next key */
	int sig, leave;
};

/* Lines before and after the tasks; a low screen has none. */
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
	char buf[PATH_MAX];
	int widest = 0;

	for (size_t i = 0; i < v->r->nshown; i++) {
		int w = table_width(entry_name(v->r->shown[i], buf));

		widest = w > widest ? w : widest;
	}
	columns_begin(v->col, COLUMNS_LIVE, widest, v->c.cols);
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
	size_t count[ST_LAST + 1] = { 0 }, n = v->r->nshown, at;
	const char *sep = ": ";

	for (size_t i = 0; i < n; i++)
		count[v->r->shown[i]->status]++;
	at = (size_t)snprintf(buf, size, n ? "%zu task%s" : "no tasks", n, n == 1 ? "" : "s");
	for (int s = 0; s <= ST_LAST && at < size; s++)
		if (count[s]) {
			at += (size_t)snprintf(buf + at, size - at, "%s%zu %s", sep, count[s], entry_status((enum status)s));
			sep = ", ";
		}
}

/* it NULL: the headings. Spans reach over the gap, so that a selected line is one bar. */
static void
draw_line(struct live *v, int row, const struct entry *it, const struct details *k, int selected)
{
	char buf[COLUMNS_CELL];
	long long now = clock_now();
	size_t last = columns_count(COLUMNS_LIVE);
	int col = 0;

	while (last > 0 && !v->col[last - 1].width)
		last--;
	for (size_t i = 0; i < last; i++) {
		struct canvas_style style = { .reverse = selected, .right = v->col[i].right, .gap = i == last - 1 ? v->c.cols : TABLE_GAP };

		if (!v->col[i].width)
			continue;
		if (!it)
			style.ink = INK_BOLD;
		else if (v->colour)
			style.ink = columns_ink(COLUMNS_LIVE, i, it, k);
		canvas_put(&v->c, row, col, v->col[i].width, style, it ? columns_word(COLUMNS_LIVE, i, 0, it, k, now, buf) : v->col[i].title);
		col += v->col[i].width + TABLE_GAP;
	}
}

static void
draw(struct live *v)
{
	static const char keys[] = "q quits   up/down or j/k select   Enter looks in   a attaches";
	char text[512];
	int head = above(v);

	canvas_begin(&v->c);
	if (head == 2) {
		summary(v, text, sizeof text);
		canvas_put(&v->c, 0, 0, v->c.cols, (struct canvas_style){ .ink = INK_PLAIN }, text);
	}
	if (head)
		draw_line(v, head - 1, NULL, NULL, 0);
	for (size_t i = v->top; i < v->r->nshown && i < v->top + height(v); i++) {
		struct details k;

		if (details_look(v->r->l, v->r->shown[i], 0, &k))
			draw_line(v, head + (int)(i - v->top), v->r->shown[i], &k, i == v->sel);
	}
	if (v->c.rows >= 3)
		canvas_put(&v->c, v->c.rows - 1, 0, v->c.cols, (struct canvas_style){ .ink = v->message[0] ? INK_BOLD : INK_DIM }, v->message[0] ? v->message : keys);
	canvas_show(&v->c);
	v->stale = 0;
}

/* The terminal is ours again: 0, or -1 with why. */
static int
enter_again(struct live *v, char why[WHY])
{
	if (canvas_enter(&v->c))
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
	struct details k;
	struct entry *it;
	int code;

	if (!v->r->nshown)
		return 0;
	it = v->r->shown[v->sel];
	if (!details_look(l, it, 1, &k) || it->status == ST_LAST) {
		snprintf(v->message, sizeof v->message, "nothing to attach to");
		return 0;
	}
	snprintf(engine, sizeof engine, "%s", manifest_get(&l->m, "engine"));
	canvas_leave(&v->c);
	code = attach_run(engine, entry_path(l, it, path), v->c.name, typing, &v->sig, v->message);
	tcsetattr(v->c.tty, TCSANOW, &v->c.saved.was); /* it may have died in the middle of something */
	if (!v->message[0] && code > 0)
		snprintf(v->message, sizeof v->message, "attach ended with exit code %d", code);
	return v->sig ? 0 : enter_again(v, why);
}

/* As Ctrl-Z does to any program; who is sent into the background from there stops again. */
static int
suspend(struct live *v, char why[WHY])
{
	canvas_leave(&v->c);
	signal(SIGTSTP, SIG_DFL);
	kill(0, SIGTSTP);
	while (tcgetpgrp(v->c.tty) != getpgrp() && tcgetpgrp(v->c.tty) > 0)
		kill(0, SIGSTOP);
	signal(SIGTSTP, SIG_IGN);
	return enter_again(v, why);
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
		case SIGCONT: v->c.fresh = v->stale = 1; break; /* who knows what was drawn meanwhile */
		}
	if (!resized)
		return 0;
	if (canvas_resize(&v->c))
		return err_why(why, "%s:", v->c.name);
	measure(v);
	pick(v, v->sel);
	return 0;
}

/* What came, or one look. */
static int
turn(struct live *v, long long *next, char why[WHY])
{
	struct pollfd f[2] = { { .fd = selfpipe_fd(), .events = POLLIN }, { .fd = v->c.tty, .events = POLLIN } };
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
		v->sig = SIGHUP; /* the terminal is gone; the signal may come yet */
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
