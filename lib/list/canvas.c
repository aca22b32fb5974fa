/*
 * canvas - a whole terminal to draw on
 *
 * A picture is lines of spans. Only the spans that differ from the last picture are written, and
 * each is placed for itself: a character that the terminal draws narrower than we think shifts
 * nothing. No picture is made while the terminal is slow, so it lags by at most one.
 */
#include "list/canvas.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/inherit.h"
#include "proc/selfpipe.h"

enum {
	SPAN_EXTRA = 48, /* bytes of control sequences around a span */
	MEND_MS = 200, LEAVE_MS = 500,  /* for a stuck terminal to take the last bytes */
	ROWS = 24, COLS = 80, MOST = 2000
};

/* Second screen, no cursor, no wrapping, pasted text marked as such. */
static const char enter[] = "\033[?1049h\033[?25l\033[?7l\033[?2004h\033[m\033[H\033[2J";
/* A killed program may leave these, too: character set, keypad, cursor keys, mouse, focus. */
static const char undo[] = "\033(B\033>\033[?1l\033[?1000l\033[?1002l\033[?1003l\033[?1006l"
	"\033[?1004l";

static void
size_of(struct canvas *c)
{
	struct winsize w;
	int known = !ioctl(c->tty, TIOCGWINSZ, &w);

	c->rows = known && w.ws_row > 0 ? w.ws_row : ROWS;
	c->cols = known && w.ws_col > 0 ? w.ws_col : COLS;
	c->rows = c->rows < MOST ? c->rows : MOST;
	c->cols = c->cols < MOST ? c->cols : MOST;
}

int
canvas_resize(struct canvas *c)
{
	size_t rows, lines, room, size;
	char *block;

	size_of(c);
	rows = (size_t)c->rows;
	room = TABLE_BYTES(c->cols) + 4 * CANVAS_SPANS;
	lines = rows * sizeof *c->next;
	size = sizeof enter + rows * (room + CANVAS_SPANS * SPAN_EXTRA);
	block = malloc(2 * lines + 2 * rows * room + size);
	if (!block)
		return -1;
	free(c->block);
	c->block = block;
	c->next = (struct canvas_line *)(void *)block;
	c->shown = c->next + rows;
	c->out = block + 2 * lines + 2 * rows * room;
	for (size_t i = 0; i < 2 * rows; i++)
		c->next[i] = (struct canvas_line){ .text = block + 2 * lines + i * room };
	c->room = room;
	c->size = size;
	c->n = c->at = 0;
	c->fresh = 1;
	return 0;
}

int
canvas_enter(struct canvas *c)
{
	return pty_raw(&c->saved, c->tty) ? -1 : canvas_again(c);
}

int
canvas_again(struct canvas *c)
{
	if (pty_raw_again(&c->saved) || canvas_resize(c))
		return -1;
	memcpy(c->out, enter, sizeof enter - 1);
	c->n = sizeof enter - 1;
	return 0;
}

int
canvas_open(struct canvas *c, char why[WHY])
{
	const char *name = ttyname(1), *term = getenv("TERM");
	int saved;

	memset(c, 0, sizeof *c);
	c->tty = -1;
	if (!isatty(1))
		return err_why(why, "standard output is not a terminal");
	errno = ENOTTY;
	if (!term || !*term)
		return err_why(why, "TERM is not set, so the terminal cannot be drawn on");
	if (!strcmp(term, "dumb"))
		return err_why(why, "terminal dumb: cannot be drawn on: "
		               "rca-list alone prints the table once");
	snprintf(c->name, sizeof c->name, "%s", name ? name : "/dev/tty");
	c->tty = open(c->name, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (c->tty < 0)
		return err_why(why, "open %s:", c->name);
	if (!canvas_enter(c))
		return 0;
	saved = errno;
	err_why(why, errno == ENOTTY ? "%s: this process is in the background" : "%s:", c->name);
	canvas_close(c);
	errno = saved;
	return -1;
}

/* Waits for a terminal that is slow, but not for one that is stuck. */
static void
say(const struct canvas *c, const char *bytes, size_t n)
{
	for (size_t at = 0; at < n;) {
		struct pollfd f = { .fd = c->tty, .events = POLLOUT };
		ssize_t w = write(c->tty, bytes + at, n - at);

		if (w > 0)
			at += (size_t)w;
		else if (w < 0 && errno != EAGAIN && errno != EINTR)
			break;
		else if (poll(&f, 1, LEAVE_MS) == 0)
			break;
	}
}

/*
 * The first ESC ends a sequence that was cut off. The last line is cleared for terminals that have
 * no second screen to go back to.
 */
static void
say_leave(const struct canvas *c)
{
	char bytes[80];
	int n = snprintf(bytes, sizeof bytes, "\033[m\033[%d;1H\033[K"
	                 "\033[?2004l\033[?7h\033[?25h\033[?1049l", c->rows);

	say(c, bytes, (size_t)n);
}

void
canvas_leave(struct canvas *c)
{
	if (!c->saved.raw)
		return;
	say_leave(c);
	pty_restore(&c->saved);
}

void
canvas_mend(struct canvas *c, int killed)
{
	if (killed) {
		/* A server of the killed client resets the terminal, too, when it sees its end. */
		poll(NULL, 0, MEND_MS);
		say(c, undo, sizeof undo - 1);
		say_leave(c);
	}
	c->saved.raw = 1;
	pty_restore(&c->saved);
}

void
canvas_close(struct canvas *c)
{
	canvas_leave(c);
	if (c->tty >= 0)
		close(c->tty);
	c->tty = -1;
	free(c->block);
	c->block = NULL;
}

void
canvas_begin(struct canvas *c)
{
	struct canvas_line *unused = c->shown;

	c->shown = c->next;
	c->next = unused;
	for (int i = 0; i < c->rows; i++)
		c->next[i].n = c->next[i].used = 0;
}

void
canvas_clear(struct canvas *c, int row)
{
	c->next[row].n = c->next[row].used = 0;
}

void
canvas_put(struct canvas *c, int row, int col, int width, struct canvas_style style,
           const char *text)
{
	int outside = row < 0 || row >= c->rows || col < 0 || col >= c->cols;
	struct canvas_line *l;
	struct canvas_span *s;

	if (outside || c->next[row].n == CANVAS_SPANS)
		return;
	l = &c->next[row];
	s = &l->span[l->n++];
	*s = (struct canvas_span){
		.col = col, .width = width < c->cols - col ? width : c->cols - col,
		.ink = (int)style.ink, .reverse = style.reverse, .from = l->used
	};
	l->used += table_cell(l->text + l->used, c->room - l->used, text, s->width, style.right);
	for (int i = col + s->width; style.gap > 0 && i < c->cols && l->used < c->room; i++) {
		l->text[l->used++] = ' ';
		style.gap--;
	}
	s->len = l->used - s->from;
}

/* All spans of all lines fit: canvas_resize made `out` for them. */
static void
emit(struct canvas *c, const char *s, size_t n)
{
	memcpy(c->out + c->n, s, n);
	c->n += n;
}

static int
same_place(const struct canvas_line *a, const struct canvas_line *b)
{
	if (a->n != b->n)
		return 0;
	for (size_t i = 0; i < a->n; i++)
		if (a->span[i].col != b->span[i].col || a->span[i].width != b->span[i].width)
			return 0;
	return 1;
}

static int
same_span(const struct canvas_line *a, const struct canvas_line *b, size_t i)
{
	const struct canvas_span *x = &a->span[i], *y = &b->span[i];

	return x->ink == y->ink && x->reverse == y->reverse && x->len == y->len &&
	       !memcmp(a->text + x->from, b->text + y->from, x->len);
}

/* After the last span the line is cleared: the old one may have been wider than we think. */
static void
emit_span(struct canvas *c, int row, const struct canvas_line *l, size_t i)
{
	const struct canvas_span *s = &l->span[i];
	char head[SPAN_EXTRA];
	int n = snprintf(head, sizeof head, "\033[%d;%dH%s%s%s", row + 1, s->col + 1,
	                 i == l->n - 1 ? "\033[K" : "", table_sgr((enum ink)s->ink),
	                 s->reverse ? "\033[7m" : "");

	emit(c, head, (size_t)n);
	emit(c, l->text + s->from, s->len);
	if (s->ink || s->reverse)
		emit(c, "\033[m", 3);
}

void
canvas_show(struct canvas *c)
{
	for (int row = 0; row < c->rows; row++) {
		const struct canvas_line *l = &c->next[row], *old = &c->shown[row];
		int all = c->fresh || !same_place(l, old);
		char clear[32];

		snprintf(clear, sizeof clear, "\033[%d;1H\033[K", row + 1);
		if (all)
			emit(c, clear, strlen(clear));
		for (size_t i = 0; i < l->n; i++)
			if (all || !same_span(l, old, i))
				emit_span(c, row, l, i);
	}
	c->fresh = 0;
}

int
canvas_write(struct canvas *c)
{
	while (c->at < c->n) {
		ssize_t w = write(c->tty, c->out + c->at, c->n - c->at);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return errno == EAGAIN ? 0 : -1;
		c->at += (size_t)w;
	}
	c->n = c->at = 0;
	return 1;
}

int
canvas_key(struct canvas *c)
{
	return keyboard_next(&c->keyboard, c->tty, clock_ms());
}

/*
 * A program that was shown has stopped with all others: a second TSTP could stop it once more when
 * it is continued. A program that is continued in the background stops again.
 */
int
canvas_suspend(struct canvas *c)
{
	pid_t all = c->saved.raw ? 0 : getpid();

	canvas_leave(c);
	if (inherit_ignored(SIGTSTP) || tcgetpgrp(c->tty) < 0)
		return 0;
	signal(SIGTSTP, SIG_DFL);
	kill(all, SIGTSTP);
	while (tcgetpgrp(c->tty) != getpgrp() && tcgetpgrp(c->tty) > 0)
		kill(all, SIGSTOP);
	return selfpipe_also(SIGTSTP);
}
