/* view - what the live screen shows: tasks, one of them selected, and a foot */
#include "list/view.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "list/columns.h"
#include "text/strip.h"

enum { ROOM = 512, NAME_LEAST = 4, NARROW = 24 };

static const char *const keys[] = {
	"up/down, k/j     select a task",
	"page up/down     by screens",
	"home/end, g/G    the first, the last",
	"Enter            look at its screen, or at the log of one that has ended",
	"w                the same, and what you type reaches it",
	"l                its log",
	"s                send it a line",
	"x                stop it (asks first)",
	"a                all that have ended, or the last of them",
	"/                only names with this text, or that match this pattern",
	"Ctrl-L, Ctrl-Z   redraw, suspend",
	"q, Ctrl-C        leave",
};

/* Lines above the tasks; a low screen has none. */
static int
above(const struct view *v)
{
	return v->c.rows >= 5 ? 2 : v->c.rows >= 3;
}

size_t
view_height(const struct view *v)
{
	int h = v->c.rows - above(v) - (v->c.rows >= 3);

	return h > 0 ? (size_t)h : 1;
}

static void
measure(struct view *v)
{
	v->ncols = columns_begin(v->col, v->r, v->c.cols, clock_now());
}

struct entry *
view_selected(const struct view *v)
{
	return v->sel < v->r->nshown ? v->r->shown[v->sel] : NULL;
}

void
view_pick(struct view *v, size_t i)
{
	size_t n = v->r->nshown, high = view_height(v);

	v->sel = i < n ? i : n ? n - 1 : 0;
	if (n)
		snprintf(v->picked, sizeof v->picked, "%s", v->r->shown[v->sel]->where);
	if (v->sel < v->top)
		v->top = v->sel;
	if (v->sel >= v->top + high)
		v->top = v->sel - high + 1;
	if (v->top && v->top + high > n)
		v->top = n > high ? n - high : 0;
	v->stale = 1;
}

int
view_look(struct view *v, char why[WHY])
{
	struct roster *r = v->r;
	size_t i = 0, n;

	r->filter = v->filter;
	if (roster_look(r, why))
		return -1;
	n = r->nshown;
	while (i < n && strcmp(r->shown[i]->where, v->picked))
		i++;
	measure(v);
	view_pick(v, i < n ? i : v->sel);
	return 0;
}

int
view_fit(struct view *v, int failed, char why[WHY])
{
	if (failed)
		return err_why(why, "%s:", v->c.name);
	measure(v);
	view_pick(v, v->sel);
	return 0;
}

/* e NULL: the headings. Spans reach over the gap, so that a selected line is one bar. */
static void
draw_line(struct view *v, int row, const struct entry *e, const struct details *d, int selected)
{
	char text[COLUMNS_CELL];
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
			style.ink = v->colour ? columns_ink(i, e) : INK_PLAIN;
			word = columns_word(i, e, d, now, text);
		}
		canvas_put(&v->c, row, col, c->width, style, word);
		col += c->width + TABLE_GAP;
	}
}

/* As many of the keys as fit, the most needed first. */
static void
hints(int width, char *text, size_t size)
{
	static const char *const hint[] = {
		"q quits", "? keys", "Enter looks", "l log", "s sends", "x stops", "/ filters",
		"w types", "a all"
	};
	struct buf b = { text, size, 0, 0 };

	*text = 0;
	for (size_t i = 0; i < sizeof hint / sizeof *hint; i++)
		if ((int)(b.n + strlen(hint[i])) + 2 * (i > 0) <= width)
			buf_printf(&b, "%s%s", i ? "  " : "", hint[i]);
}

/* "verb NAME after", with the name cut to at most room columns. */
static void
about(const struct view *v, const char *verb, const char *after, int room, char *text, size_t size)
{
	char name[PATH_MAX], cell[ROOM];
	int width;

	oneline(name, sizeof name, v->target, strlen(v->target));
	width = table_width(name);
	room = room > NAME_LEAST ? room : NAME_LEAST;
	table_cell(cell, sizeof cell, name, width < room ? width : room, 0);
	snprintf(text, size, "%s%s%s", v->c.cols < NARROW ? "" : verb, cell, after);
}

static void
draw_typed(struct view *v, int row, const char *label)
{
	struct canvas_style bold = { .ink = INK_BOLD }, plain = { .ink = INK_PLAIN },
		cursor = { .reverse = 1 };
	int col = table_width(label), width;
	const char *typed = typing_tail(&v->typed, v->c.cols - col - 1);

	width = table_width(typed);
	canvas_put(&v->c, row, 0, col, bold, label);
	canvas_put(&v->c, row, col, width, plain, typed);
	canvas_put(&v->c, row, col + width, 1, cursor, " ");
}

static void
draw_foot(struct view *v)
{
	struct canvas_style style = { .ink = INK_BOLD };
	int row = v->c.rows - 1, cols = v->c.cols;
	char text[ROOM] = "/";

	switch (v->foot) {
	case FOOT_STOP: about(v, "stop ", "? y/n", cols - 10, text, sizeof text); break;
	case FOOT_SEND: about(v, "send ", ": ", cols / 3, text, sizeof text); break;
	case FOOT_FILTER: break;
	case FOOT_KEYS:
		if (v->message[0]) {
			snprintf(text, sizeof text, "%s", v->message);
			break;
		}
		if (v->c.rows < 3)
			return;
		hints(cols, text, sizeof text);
		style.ink = INK_DIM;
	}
	canvas_clear(&v->c, row);
	if (v->foot == FOOT_SEND || v->foot == FOOT_FILTER)
		draw_typed(v, row, text);
	else
		canvas_put(&v->c, row, 0, cols, style, text);
}

static void
draw_tasks(struct view *v, int head)
{
	for (size_t i = v->top; i < v->r->nshown && i < v->top + view_height(v); i++) {
		struct entry *e = v->r->shown[i];
		struct details d;

		if (details_read(v->r->l, e, 0, &d))
			draw_line(v, head + (int)(i - v->top), e, &d, i == v->sel);
	}
}

void
view_draw(struct view *v)
{
	struct canvas_style plain = { .ink = INK_PLAIN };
	char text[ROOM] = "";
	struct buf b = { text, sizeof text, 0, 0 };
	int head = v->help ? 0 : above(v);

	canvas_begin(&v->c);
	if (head == 2) {
		if (*v->filter)
			buf_printf(&b, "/%.40s  ", v->filter);
		columns_total(v->r, "a", text + b.n, sizeof text - b.n);
		canvas_put(&v->c, 0, 0, v->c.cols, plain, text);
	}
	if (head && v->r->nshown)
		draw_line(v, head - 1, NULL, NULL, 0);
	if (!v->help)
		draw_tasks(v, head);
	for (size_t i = 0; v->help && i < sizeof keys / sizeof *keys; i++)
		canvas_put(&v->c, (int)i, 0, v->c.cols, plain, keys[i]);
	draw_foot(v);
	canvas_show(&v->c);
	v->stale = 0;
}
