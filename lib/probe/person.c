/* person - a task for a person to read */
#include "probe/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/when.h"
#include "probe/probe.h"
#include "task/advice.h"
#include "task/summary.h"
#include "text/strip.h"
#include "text/table.h"

enum { LABEL = 11, VALUE = 1024, WIDEST = 500 };

static void
put_label(const char *label)
{
	printf("  %-*s", LABEL - 2, label);
}

/* Cut to width; nothing for "". */
static void
put(const char *label, const char *text, int width)
{
	char clean[VALUE], cell[TABLE_BYTES(WIDEST)];
	size_t n = oneline(clean, sizeof clean, text, strlen(text));

	if (!n)
		return;
	put_label(label);
	n = table_cell(cell, sizeof cell, clean, width - LABEL, 0);
	while (n && cell[n - 1] == ' ')
		n--;
	printf("%.*s\n", (int)n, cell);
}

/* Whole, with a new line before a word that does not fit. */
static void
put_whole(const char *label, const char *text, int width)
{
	char clean[VALUE], *rest = NULL;
	int col = 0;

	if (!oneline(clean, sizeof clean, text, strlen(text)))
		return;
	put_label(label);
	for (char *w = strtok_r(clean, " ", &rest); w; w = strtok_r(NULL, " ", &rest)) {
		int n = table_width(w), first = !col;

		if (!first && LABEL + col + 1 + n > width) {
			printf("\n%*s", LABEL, "");
			col = 0;
			first = 1;
		}
		printf("%s%s", first ? "" : " ", w);
		col += n + !first;
	}
	putchar('\n');
}

/* Its monitor will go on with it. */
static void
will_go_on(const struct look *l, struct buf *b)
{
	long long at = clock_parse(manifest_get(&l->m, "resume_at"));
	char when[WHEN_TEXT];

	buf_puts(b, status_word(l->f.status));
	if (at > 0 && l->f.status == ST_LIMITED)
		buf_printf(b, "; %s %s", *manifest_get(&l->m, "resume_unsure") ?
			"end unknown, tries again" : "resumes",
			when_relative(at, l->f.look.now, when));
	else if (l->f.status != ST_RUNNING)
		buf_puts(b, "; its monitor carries it on");
}

static void
state(const struct look *l, struct buf *b)
{
	char when[WHEN_TEXT];

	when_span(l->f.look.now - l->f.look.last_write, when);
	if (l->f.done || l->given_up)
		buf_puts(b, l->f.status == ST_ABANDONED ? "given up" : status_word(l->f.status));
	else if (l->health == HEALTH_WAITING)
		buf_puts(b, "waits for an answer");
	else if (l->health == HEALTH_STALE)
		buf_printf(b, "silent for %s: it may hang", when);
	else if (l->health == HEALTH_QUIET)
		buf_printf(b, "running, silent for %s", when);
	else if (l->health == HEALTH_LOST)
		buf_puts(b, "lost: no process works on it any more");
	else if (l->f.queued)
		buf_puts(b, "waits for its turn");
	else if (l->f.held)
		buf_puts(b, "running");
	else if (l->f.launching)
		buf_puts(b, "being launched");
	else if (l->f.status == ST_CREATED)
		buf_puts(b, l->f.watched ? "about to be launched" : "never launched");
	else
		will_go_on(l, b);
	if (*l->elsewhere)
		buf_printf(b, *l->elsewhere == '?' ? ", elsewhere" : ", on %s", l->elsewhere);
}

static enum ink
ink(const struct look *l)
{
	if (!l->f.done && l->health == HEALTH_WAITING)
		return INK_MAGENTA;
	if (!l->f.done && l->health == HEALTH_QUIET)
		return INK_YELLOW;
	if (l->f.done && l->f.status == ST_COMPLETED)
		return INK_GREEN;
	if (l->f.status == ST_CREATED || l->f.status == ST_STOPPED)
		return INK_PLAIN;
	if (!health_well(l->health, &l->f))
		return INK_RED;
	return l->f.held ? INK_GREEN : INK_YELLOW;
}

/* 0 if it is not set. */
static long long
time_of(const struct manifest *m, const char *key)
{
	long long t = clock_parse(manifest_get(m, key));

	return t > 0 ? t : 0;
}

static void
put_times(const struct look *l, int width)
{
	long long made = time_of(&l->m, "created_at"), from = time_of(&l->m, "started_at"),
		to = time_of(&l->m, l->f.done ? "finished_at" : "abandoned_at"),
		n = manifest_num(&l->m, "attempt", 0);
	char text[VALUE] = "", when[WHEN_TEXT];
	struct buf b = { text, sizeof text, 0, 0 };
	const char *label = to ? "ended" : from ? "started" : "made";

	to = to ? to : from ? from : made;
	if (!to)
		return;
	buf_puts(&b, when_relative(to, l->f.look.now, when));
	if (from && to > from)
		buf_printf(&b, ", after %s", when_span(to - from, when));
	if (n)
		buf_printf(&b, *label == 'e' ? "; %lld attempt%s" : "; attempt %lld", n,
			n == 1 ? "" : "s");
	put(label, text, width);
}

static void
put_work(const struct look *l, const struct task *t, int width)
{
	const struct progress *p = &l->progress;
	long long at = l->last_event ? l->last_event : l->f.look.last_write;
	char text[VALUE] = "", when[WHEN_TEXT];
	int tool = *p->tool && (p->phase == PHASE_TOOL || p->phase == PHASE_BACKGROUND);

	if (l->f.held && !l->f.done) {
		if (l->screen.kind == SCREEN_IDLE)
			put("does", "is at its prompt", width);
		else if (tool || !l->terminal)
			put("does", tool ? p->tool : progress_phase_word(p->phase), width);
		if (at)
			snprintf(text, sizeof text, "%s ago",
				when_span(l->f.look.now - at, when));
		put("active", text, width);
		*text = 0;
	}
	if (l->health == HEALTH_WAITING && *l->screen.line)
		snprintf(text, sizeof text, "%s", l->screen.line);
	else if (*p->text)
		snprintf(text, sizeof text, "%s", p->text);
	else
		probe_last_line(t->fd, "output.log", text, sizeof text);
	put(l->health == HEALTH_WAITING ? "asks" : "says", text, width);
}

static void
put_use(const struct progress *p, int width)
{
	long long tokens = p->tokens_in + p->tokens_out;
	char text[VALUE] = "", word[PROGRESS_AMOUNT];
	struct buf b = { text, sizeof text, 0, 0 };

	if (p->turns)
		buf_printf(&b, "%lld turn%s", p->turns, p->turns == 1 ? "" : "s");
	if (tokens)
		buf_printf(&b, "%s%s tokens", b.n ? ", " : "", progress_count_words(tokens, word));
	if (p->cost_usd > 0)
		buf_printf(&b, "%s%s", b.n ? ", " : "", progress_cost_words(p->cost_usd, word));
	put("used", text, width);
}

static void
put_place(const char *label, const char *dir, const char *more, int width)
{
	const char *home = getenv("HOME");
	size_t n = home ? strlen(home) : 0;
	char text[VALUE];

	if (n < 2 || strncmp(dir, home, n) || (dir[n] && dir[n] != '/'))
		n = 0;
	snprintf(text, sizeof text, "%s%s%s%s", n ? "~" : "", dir + n, *more ? ", branch " : "",
		more);
	put_whole(label, text, width);
}

static const char *
next(const struct look *l)
{
	const char *reason = manifest_get(&l->m,
		l->f.status == ST_ABANDONED ? "abandon_reason" : "reason");

	if (l->f.done && l->f.status == ST_COMPLETED)
		return "rca-log @";
	if (l->f.done && l->f.status == ST_STOPPED && !l->f.adopted)
		return ADVICE_CONTINUE;
	if (l->f.done || l->given_up)
		return advice_trouble("", status_word(l->f.status), reason);
	if (l->health == HEALTH_WAITING && l->terminal)
		return ADVICE_ANSWER;
	if (!l->f.watched && !l->f.launching)
		return ADVICE_MONITOR;
	return l->f.held && l->terminal ? "rca-attach @" : "rca-log -f @";
}

void
person_print(const struct look *l, const struct task *t, int width, int colour)
{
	char name[VALUE], text[VALUE] = "", why[SUMMARY_LINE];
	struct buf b = { text, sizeof text, 0, 0 };

	width = width < WIDEST ? width : WIDEST;
	oneline(name, sizeof name, t->name, strlen(t->name));
	state(l, &b);
	oneline(why, sizeof why, text, b.n);
	printf("%s%s%s  %s%s%s\n", colour ? table_sgr(INK_BOLD) : "", name, colour ? "\033[m" : "",
		colour ? table_sgr(ink(l)) : "", why, colour ? "\033[m" : "");
	if (l->f.status != ST_COMPLETED && (l->f.status != ST_RUNNING || !l->f.held)) {
		summary_reason(t, &l->m, why);
		put_whole("why", why, width);
	}
	put_work(l, t, width);
	put_times(l, width);
	put_use(&l->progress, width);
	put_place("in", manifest_get(&l->m, "project_dir"), "", width);
	put_place("tree of", manifest_get(&l->m, "worktree_of"),
		manifest_get(&l->m, "worktree_branch"), width);
	for (int i = 0; !advice_part(next(l), i, t, text, sizeof text); i++)
		put_whole(i ? "" : "next", text, width);
}
