/* columns - what a table of tasks shows of each */
#include "list/columns.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/when.h"

enum field { MARK, HOST, TASK, STATUS, SINCE, TRY, TOKENS, COST, WHAT, FIELDS };

/* WHAT_CUT is of some use; for WHAT_FULL others give way. */
enum { TASK_LEAST = 12, WHAT_CUT = 12, WHAT_FULL = 32 };

/* Title, aligned right, rank (text/table.h); the widths are those of what is shown. */
static const struct column fields[FIELDS] = {
	[MARK] = { .title = "" },
	[HOST] = { .title = "HOST" },
	[TASK] = { .title = "TASK" },
	[STATUS] = { .title = "STATUS" },
	[SINCE] = { .title = "SINCE", .rank = 2 },
	[TRY] = { .title = "TRY", .right = 1, .rank = 5 },
	[TOKENS] = { .title = "TOKENS", .right = 1, .rank = 4 },
	[COST] = { .title = "COST", .right = 1, .rank = 3 },
	[WHAT] = { .title = "WHAT", .rank = 1 },
};

static const char *
count(char *buf, long long n, int plain)
{
	if (n <= 0)
		return "-";
	if (!plain)
		return progress_count_words(n, buf);
	snprintf(buf, COLUMNS_CELL, "%lld", n);
	return buf;
}

static const char *
cost(char *buf, double usd, int plain)
{
	if (usd <= 0)
		return "-";
	if (!plain)
		return progress_cost_words(usd, buf);
	snprintf(buf, COLUMNS_CELL, "%.4f", usd);
	return buf;
}

static const char *
since(char *buf, long long t, long long now)
{
	size_t n;

	if (!t)
		return "-";
	if (now - t >= 3600 || now < t)
		return when_local(t, now, buf);
	n = strlen(when_span(now - t, buf));
	snprintf(buf + n, COLUMNS_CELL - n, " ago");
	return buf;
}

static void
part(struct buf *b, const char *text, const char *more)
{
	if (*text)
		buf_printf(b, "%s%s%s", b->n ? "; " : "(", text, more);
}

/* "(what keeps it; its reason; where it is) what it does, or its last line" */
static const char *
what(const struct entry *e, const struct details *d, long long now, char buf[COLUMNS_CELL])
{
	struct buf b = { buf, COLUMNS_CELL, 0, 0 };
	char when[WHEN_TEXT];
	const char *note = e->note, *line = d->line;

	*buf = 0;
	if (d->health == HEALTH_WAITING)
		part(&b, "waits for input", "");
	if (d->health == HEALTH_STALE || d->health == HEALTH_QUIET)
		part(&b, "silent for ", when_span(d->silent_s, when));
	if (d->health == HEALTH_LOST && e->status < ST_LAST && e->status != ST_ABANDONED)
		part(&b, "nobody carries it on", "");
	if (e->status == ST_LIMITED) {
		note = strstr(note, "; ") ? strstr(note, "; ") + 2 : "";
		if (e->resume_at > now)
			part(&b, e->unsure ? "limit of unknown end, tries again " : "resumes ",
			     when_relative(e->resume_at, now, when));
		else if (e->resume_at)
			part(&b, "was to resume ", when_local(e->resume_at, now, when));
	}
	if (d->held && d->p.phase == PHASE_RETRYING)
		part(&b, "retrying", "");
	part(&b, note, "");
	if (d->elsewhere[0])
		part(&b, *d->elsewhere == '?' ? "elsewhere" : "on ",
		     *d->elsewhere == '?' ? "" : d->elsewhere);
	if (d->held && !e->done && d->p.tool[0] &&
	    (d->p.phase == PHASE_TOOL || d->p.phase == PHASE_BACKGROUND))
		line = d->p.tool;
	buf_printf(&b, "%s%s", b.n ? *line ? ") " : ")" : "", line);
	return *buf ? buf : "-";
}

const char *
columns_word(size_t i, const struct entry *e, const struct details *d, long long now,
             char buf[COLUMNS_CELL])
{
	switch ((enum field)i) {
	case MARK: return e->kind == KIND_ATTENTION ? "!" : "";
	case HOST: return e->at ? e->at : "";
	case TASK: return entry_name(e, buf);
	case STATUS: return entry_status(e->status);
	case SINCE: return since(buf, e->since, now);
	case TRY: return count(buf, e->attempt, 0);
	case TOKENS: return count(buf, e->tokens, 0);
	case COST: return cost(buf, e->cost, 0);
	default: return what(e, d, now, buf);
	}
}

enum ink
columns_ink(size_t i, const struct entry *e)
{
	static const enum ink status[] = {
		[ST_LAUNCHING] = INK_GREEN, [ST_RUNNING] = INK_GREEN, [ST_CRASHED] = INK_YELLOW,
		[ST_HUNG] = INK_YELLOW, [ST_LIMITED] = INK_YELLOW, [ST_COMPLETED] = INK_DIM,
		[ST_STOPPED] = INK_DIM, [ST_LAST] = INK_PLAIN
	};

	if (i != MARK && i != STATUS)
		return INK_PLAIN;
	if (e->kind == KIND_ATTENTION)
		return !e->done && e->health == HEALTH_WAITING ? INK_MAGENTA : INK_RED;
	return !e->done && e->health == HEALTH_QUIET ? INK_YELLOW : status[e->status];
}

/* The i-th column gets no width if it says the same of all, or nothing of the only one. */
static void
measure(struct column *c, size_t i, const struct roster *r, long long now)
{
	static const struct details none = { .line = "" }; /* only WHAT has any */
	char buf[COLUMNS_CELL], first[COLUMNS_CELL] = "";
	int differ = 0, widest = 0;

	for (size_t k = 0; k < r->nshown; k++) {
		const struct entry *e = r->shown[k];
		const char *word = i == TRY && !e->attempt ? "1" :
			columns_word(i, e, &none, now, buf);
		int w = table_width(word);

		widest = w > widest ? w : widest;
		if (!k)
			snprintf(first, sizeof first, "%s", word);
		differ |= strcmp(first, word) != 0;
	}
	if (i == TRY || i == TOKENS || i == COST)
		widest = differ || (r->nshown == 1 && strcmp(first, "-") && strcmp(first, "1")) ?
			widest : 0;
	if (widest && widest < (int)strlen(c->title))
		widest = (int)strlen(c->title);
	c->least = c->wanted = widest;
}

size_t
columns_begin(struct column c[TABLE_COLUMNS], const struct roster *r, int width, long long now)
{
	int rest = width - TABLE_GAP, most = width * 2 / 5, least;
	size_t n = FIELDS;

	memcpy(c, fields, sizeof fields);
	for (size_t i = 0; i < WHAT; i++)
		measure(&c[i], i, r, now);
	if (c[HOST].wanted > width / 4)
		c[HOST].wanted = c[HOST].least = width / 4;
	for (size_t i = 0; i < WHAT; i++)
		if (i != TASK && c[i].wanted && !c[i].rank)
			rest -= c[i].wanted + TABLE_GAP;
	c[TASK].wanted = c[TASK].wanted < most ? c[TASK].wanted : most;
	least = rest - WHAT_CUT > TASK_LEAST ? rest - WHAT_CUT : TASK_LEAST;
	c[TASK].least = c[TASK].wanted < least ? c[TASK].wanted : least;
	rest -= c[TASK].wanted;
	c[WHAT].least = rest < WHAT_CUT ? WHAT_CUT : rest < WHAT_FULL ? rest : WHAT_FULL;
	table_fit(c, n, width);
	while (n > 0 && !c[n - 1].width)
		n--;
	return n;
}

const char *
columns_field(size_t i, const struct entry *e, const struct details *d, long long now,
              char buf[COLUMNS_CELL])
{
	const struct progress *p = &d->p;

	switch (i) {
	case 0: return entry_name(e, buf);
	case 1: return entry_status(e->status);
	case 2: return e->status < ST_LAST ? health_word(d->health) : "-";
	case 3:
		if (!e->created)
			return "-";
		snprintf(buf, COLUMNS_CELL, "%lld", now > e->created ? now - e->created : 0);
		return buf;
	case 4: return count(buf, e->attempt, 1);
	case 5: return count(buf, p->tokens_in + p->tokens_out, 1);
	case 6: return cost(buf, p->cost_usd, 1);
	default: return *d->text ? d->text : "-";
	}
}

char *
columns_total(const struct roster *r, const char *key, char *buf, size_t size)
{
	static const char *const words[KINDS] = {
		[KIND_ATTENTION] = "need somebody", [KIND_LIVING] = "living",
		[KIND_CREATED] = "created", [KIND_ENDED] = "ended"
	};
	struct buf b = { buf, size, 0, 0 };
	char cell[COLUMNS_CELL];

	*buf = 0;
	if (!r->nshown)
		buf_puts(&b, r->n ? "no task matches" : r->here ? "no tasks" :
			"no tasks yet; the first: rca run -a claude -n fix -p prompt.txt");
	for (int k = 0; k < KINDS; k++)
		if (r->count[k] == 1 && k == KIND_ATTENTION)
			buf_puts(&b, "1 needs somebody");
		else if (r->count[k])
			buf_printf(&b, "%s%zu %s", b.n ? ", " : "",
			           r->count[k] - (k == KIND_ENDED ? r->hidden : 0), words[k]);
	if (r->hidden)
		buf_printf(&b, ", %zu more: %s", r->hidden, key);
	if (r->tokens)
		buf_printf(&b, "; %s tokens", count(cell, r->tokens, 0));
	if (r->cost > 0)
		buf_printf(&b, "%s%s", r->tokens ? ", " : "; ", cost(cell, r->cost, 0));
	for (size_t i = 0, bad = 0; i < r->nremotes; i++)
		if (*r->remotes[i].why)
			buf_printf(&b, "%s%s", bad++ ? ", " : "; no answer: ", r->remotes[i].host);
	return buf;
}
