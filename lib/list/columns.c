/* columns - what a table of tasks shows of each */
#include "list/columns.h"

#include <stdio.h>

enum field {
	TASK, STATUS, HEALTH, AGE, TRY, PHASE, TURNS, TOKENS, COST, SINCE, DOING, LINE, FIELDS
};

/*
 * Title, right-aligned, least and wanted width, rank (text/table.h). The widest words are
 * "completed", "waiting_for_input" and "retrying"; a last line shorter than 12 says little.
 */
static const struct column fields[FIELDS] = {
	[TASK] = { "TASK", 0, 12, 0, 0, 0 },
	[STATUS] = { "STATUS", 0, 9, 9, 0, 0 },
	[HEALTH] = { "HEALTH", 0, 6, 17, 2, 0 },
	[AGE] = { "AGE", 1, 4, 4, 4, 0 },
	[TRY] = { "TRY", 1, 3, 3, 6, 0 },
	[PHASE] = { "PHASE", 0, 8, 8, 3, 0 },
	[TURNS] = { "TURNS", 1, 5, 5, 7, 0 },
	[TOKENS] = { "TOKENS", 1, 6, 6, 7, 0 },
	[COST] = { "COST", 1, 7, 7, 5, 0 },
	[SINCE] = { "SINCE", 1, 5, 5, 3, 0 },
	[DOING] = { "DOING", 0, 12, 0, 1, 0 },
	[LINE] = { "LAST LINE", 0, 12, 0, 1, 0 },
};

static const struct { enum field at[TABLE_COLUMNS]; size_t n; } kinds[] = {
	[COLUMNS_TABLE] = { { TASK, STATUS, HEALTH, AGE, TRY, TOKENS, COST, LINE }, 8 },
	[COLUMNS_LIVE] = {
		{ TASK, STATUS, HEALTH, AGE, TRY, PHASE, TURNS, COST, SINCE, DOING }, 10
	},
};

size_t
columns_count(enum columns_kind kind)
{
	return kinds[kind].n;
}

size_t
columns_begin(struct column c[TABLE_COLUMNS], enum columns_kind kind, int name, int width)
{
	size_t n = kinds[kind].n;

	for (size_t i = 0; i < n; i++)
		c[i] = fields[kinds[kind].at[i]];
	/* A long name may take 2/5 of the line. */
	c[0].wanted = name < width * 2 / 5 ? name : width * 2 / 5;
	c[0].least = name < c[0].least ? (name > 4 ? name : 4) : c[0].least;
	table_fit(c, n, width);
	while (n > 0 && !c[n - 1].width)
		n--;
	return n;
}

/* A unit changes when there are two of the next: 119s, 2m, 47h, 2d. */
static const char *
age(char *buf, long long s, int plain)
{
	s = s < 0 ? 0 : s;
	if (plain)
		snprintf(buf, COLUMNS_CELL, "%lld", s);
	else if (s < 120)
		snprintf(buf, COLUMNS_CELL, "%llds", s);
	else if (s < 120 * 60)
		snprintf(buf, COLUMNS_CELL, "%lldm", s / 60);
	else if (s < 48 * 3600)
		snprintf(buf, COLUMNS_CELL, "%lldh", s / 3600);
	else
		snprintf(buf, COLUMNS_CELL, "%lldd", s / 86400);
	return buf;
}

static const char *
count(char *buf, long long n, int plain)
{
	if (n <= 0)
		return "-";
	if (plain || n < 10000)
		snprintf(buf, COLUMNS_CELL, "%lld", n);
	else if (n < 1000000)
		snprintf(buf, COLUMNS_CELL, "%lldk", n / 1000);
	else
		snprintf(buf, COLUMNS_CELL, "%.1fM", (double)n / 1e6);
	return buf;
}

static const char *
cost(char *buf, double usd, int plain)
{
	if (usd <= 0)
		return "-";
	if (!plain && usd < 0.005)
		return "<$0.01";
	snprintf(buf, COLUMNS_CELL, plain ? "%.4f" : "$%.2f", usd);
	return buf;
}

static const char *
doing(const struct entry *e, const struct details *d)
{
	int tool = d->p.phase == PHASE_TOOL || d->p.phase == PHASE_BACKGROUND;

	if (d->held && !e->done && tool && d->p.tool[0])
		return d->p.tool;
	return *d->text ? d->text : "-";
}

const char *
columns_word(enum columns_kind kind, size_t i, int plain, const struct entry *e,
             const struct details *d, long long now, char buf[COLUMNS_CELL])
{
	const struct progress *p = &d->p;

	switch (kinds[kind].at[i]) {
	case TASK: return entry_name(e, buf);
	case STATUS: return entry_status(e->status);
	case HEALTH: return e->status < ST_LAST ? health_word(d->health) : "-";
	case AGE: return e->created ? age(buf, now - e->created, plain) : "-";
	case TRY: return count(buf, e->attempt, plain);
	case PHASE: return d->held && d->last_event ? progress_phase_word(p->phase) : "-";
	case TURNS: return count(buf, p->turns, plain);
	case TOKENS: return count(buf, p->tokens_in + p->tokens_out, plain);
	case COST: return cost(buf, p->cost_usd, plain);
	case SINCE:
		if (!d->held)
			return "-";
		return age(buf, d->last_event ? now - d->last_event : d->silent_s, 0);
	case DOING: return doing(e, d);
	default: return *d->text ? d->text : "-";
	}
}

enum ink
columns_ink(enum columns_kind kind, size_t i, const struct entry *e, const struct details *d)
{
	static const enum ink health[] = {
		[HEALTH_OK] = INK_PLAIN, [HEALTH_QUIET] = INK_YELLOW, [HEALTH_STALE] = INK_RED,
		[HEALTH_WAITING] = INK_MAGENTA, [HEALTH_LOST] = INK_RED
	};
	static const enum ink status[] = {
		[ST_LAUNCHING] = INK_GREEN, [ST_RUNNING] = INK_GREEN, [ST_CRASHED] = INK_YELLOW,
		[ST_HUNG] = INK_YELLOW, [ST_LIMITED] = INK_YELLOW, [ST_FAILED] = INK_RED,
		[ST_ABANDONED] = INK_RED, [ST_COMPLETED] = INK_DIM, [ST_LAST] = INK_RED
	};

	switch (kinds[kind].at[i]) {
	case STATUS: return status[e->status];
	case HEALTH: return e->done || e->status == ST_LAST ? INK_DIM : health[d->health];
	default: return INK_PLAIN;
	}
}
