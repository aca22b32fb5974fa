/* columns - what a table of tasks shows of each */
#include "list/columns.h"

#include <stdio.h>

enum what { C_TASK, C_STATUS, C_HEALTH, C_AGE, C_TRY, C_PHASE, C_TURNS, C_TOKENS, C_COST, C_SINCE, C_AT, C_LINE, C_LAST };

/* The widest words: "completed", "waiting_for_input", "retrying", "12345" turns; a line of text is of use from some 12 columns on. */
static const struct column look[C_LAST] = {
	[C_TASK] = { "TASK", 0, 12, 0, 0, 0 }, [C_STATUS] = { "STATUS", 0, 9, 9, 0, 0 }, [C_HEALTH] = { "HEALTH", 0, 6, 17, 2, 0 }, [C_AGE] = { "AGE", 1, 4, 4, 4, 0 },
	[C_TRY] = { "TRY", 1, 3, 3, 6, 0 }, [C_PHASE] = { "PHASE", 0, 8, 8, 3, 0 }, [C_TURNS] = { "TURNS", 1, 5, 5, 7, 0 }, [C_TOKENS] = { "TOKENS", 1, 6, 6, 7, 0 },
	[C_COST] = { "COST", 1, 7, 7, 5, 0 }, [C_SINCE] = { "SINCE", 1, 5, 5, 3, 0 }, [C_AT] = { "DOING", 0, 12, 0, 1, 0 }, [C_LINE] = { "LAST LINE", 0, 12, 0, 1, 0 },
};

static const struct { enum what at[TABLE_COLUMNS]; size_t n; } kinds[] = {
	[COLUMNS_TABLE] = { { C_TASK, C_STATUS, C_HEALTH, C_AGE, C_TRY, C_TOKENS, C_COST, C_LINE }, 8 },
	[COLUMNS_LIVE] = { { C_TASK, C_STATUS, C_HEALTH, C_AGE, C_TRY, C_PHASE, C_TURNS, C_COST, C_SINCE, C_AT }, 10 },
};

size_t
columns_count(enum columns_kind kind)
{
	return kinds[kind].n;
}

void
columns_begin(struct column c[TABLE_COLUMNS], enum columns_kind kind, int name, int width)
{
	for (size_t i = 0; i < kinds[kind].n; i++)
		c[i] = look[kinds[kind].at[i]];
	/* A long name may take 2/5 of the line. */
	c[0].wanted = name < width * 2 / 5 ? name : width * 2 / 5;
	c[0].least = name < c[0].least ? (name > 4 ? name : 4) : c[0].least;
	table_fit(c, kinds[kind].n, width);
}

/* In the largest unit of which there are two: 119s, 2m, 47h, 2d. */
static const char *
span(char *buf, size_t size, long long s, int plain)
{
	s = s < 0 ? 0 : s;
	if (plain)
		snprintf(buf, size, "%lld", s);
	else if (s < 120)
		snprintf(buf, size, "%llds", s);
	else if (s < 120 * 60)
		snprintf(buf, size, "%lldm", s / 60);
	else if (s < 48 * 3600)
		snprintf(buf, size, "%lldh", s / 3600);
	else
		snprintf(buf, size, "%lldd", s / 86400);
	return buf;
}

static const char *
count(char *buf, size_t size, long long n, int plain)
{
	if (plain || n < 10000)
		snprintf(buf, size, "%lld", n);
	else if (n < 1000000)
		snprintf(buf, size, "%lldk", n / 1000);
	else
		snprintf(buf, size, "%.1fM", (double)n / 1e6);
	return buf;
}

static const char *
cost(char *buf, size_t size, double usd, int plain)
{
	if (usd <= 0)
		return "-";
	if (!plain && usd < 0.005)
		return "<$0.01";
	snprintf(buf, size, plain ? "%.4f" : "$%.2f", usd);
	return buf;
}

static const char *
some(const char *s)
{
	return *s ? s : "-";
}

/* What has ended, or is broken, is at nothing. */
static const char *
doing(enum what w, const struct entry *it, const struct details *k, long long now, char *buf)
{
	switch (w) {
	case C_PHASE:
		return k->held && k->last_event ? progress_phase_word(k->p.phase) : "-";
	case C_SINCE:
		return !k->held ? "-" : span(buf, COLUMNS_CELL, k->last_event ? now - k->last_event : k->silent_s, 0);
	default:
		return k->held && !it->done && (k->p.phase == PHASE_TOOL || k->p.phase == PHASE_BACKGROUND) && k->p.tool[0] ? k->p.tool : some(k->text);
	}
}

const char *
columns_word(enum columns_kind kind, size_t i, int plain, const struct entry *it, const struct details *k, long long now, char buf[COLUMNS_CELL])
{
	enum what w = kinds[kind].at[i];

	switch (w) {
	case C_TASK: return entry_name(it, buf);
	case C_STATUS: return entry_status(it->status);
	case C_HEALTH: return it->status < ST_LAST ? health_word(k->health) : "-";
	case C_AGE: return it->created ? span(buf, COLUMNS_CELL, now - it->created, plain) : "-";
	case C_TRY: return it->attempt > 0 ? count(buf, COLUMNS_CELL, it->attempt, plain) : "-";
	case C_TURNS: return k->p.turns > 0 ? count(buf, COLUMNS_CELL, k->p.turns, plain) : "-";
	case C_TOKENS: return k->p.tokens_in + k->p.tokens_out > 0 ? count(buf, COLUMNS_CELL, k->p.tokens_in + k->p.tokens_out, plain) : "-";
	case C_COST: return cost(buf, COLUMNS_CELL, k->p.cost_usd, plain);
	case C_LINE: return some(k->text);
	default: return doing(w, it, k, now, buf);
	}
}

static enum ink
status_ink(enum status s)
{
	switch (s) {
	case ST_LAUNCHING:
	case ST_RUNNING: return INK_GREEN;
	case ST_CRASHED:
	case ST_HUNG:
	case ST_LIMITED: return INK_YELLOW;
	case ST_FAILED:
	case ST_ABANDONED:
	case ST_LAST: return INK_RED;
	case ST_COMPLETED: return INK_DIM;
	default: return INK_PLAIN;
	}
}

enum ink
columns_ink(enum columns_kind kind, size_t i, const struct entry *it, const struct details *k)
{
	static const enum ink health[] = { [HEALTH_OK] = INK_PLAIN, [HEALTH_QUIET] = INK_YELLOW, [HEALTH_STALE] = INK_RED, [HEALTH_WAITING] = INK_MAGENTA, [HEALTH_LOST] = INK_RED };

	switch (kinds[kind].at[i]) {
	case C_STATUS: return status_ink(it->status);
	case C_HEALTH: return it->done || it->status == ST_LAST ? INK_DIM : health[k->health];
	default: return INK_PLAIN;
	}
}
