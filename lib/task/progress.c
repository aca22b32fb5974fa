/* progress - DIR/progress: how far the attempt is */
#include "task/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "file/file.h"
#include "task/failure.h"

enum { FILE_MAX = 4096 };

#define AMOUNT_MAX 100000000000LL

const char *
progress_phase_word(enum phase p)
{
	static const char *const words[] = {"starting", "thinking", "tool", "retrying",
		"background", "ended"};

	return words[p];
}

int
progress_save(int dir, const struct progress *p, long long last_event)
{
	char buf[FILE_MAX], at[CLOCK_UTC] = "";
	int n;

	if (last_event)
		clock_utc(last_event, at);
	n = snprintf(buf, sizeof buf,
		"last_event_at=%s\nphase=%s\nopen_tools=%ld\nbackground=%ld\ntool=%s\nturns=%lld\n"
		"tokens_in=%lld\ntokens_out=%lld\ncost_usd=%.4f\nfresh=%d\ntext=%s\n",
		at, progress_phase_word(p->phase), p->open_tools, p->background, p->tool,
		p->turns, p->tokens_in, p->tokens_out, p->cost_usd, p->fresh, p->text);
	return file_replace(dir, "progress", buf,
		(size_t)n < sizeof buf ? (size_t)n : sizeof buf - 1, 0600,
		p->phase == PHASE_ENDED ? FILE_DATA : FILE_LOOSE);
}

/* What can be added up without end: no attempt has more. */
static long long
amount(const char *val)
{
	long long n = strtoll(val, NULL, 10);

	return n < 0 ? 0 : n < AMOUNT_MAX ? n : AMOUNT_MAX;
}

static void
take(struct progress *p, long long *last_event, const char *key, const char *val)
{
	if (!strcmp(key, "last_event_at")) {
		long long t = clock_parse(val);

		*last_event = t > 0 ? t : 0;
	} else if (!strcmp(key, "phase")) {
		for (int i = PHASE_STARTING; i <= PHASE_ENDED; i++)
			if (!strcmp(val, progress_phase_word((enum phase)i)))
				p->phase = (enum phase)i;
	} else if (!strcmp(key, "open_tools")) {
		p->open_tools = strtol(val, NULL, 10);
	} else if (!strcmp(key, "background")) {
		p->background = strtol(val, NULL, 10);
	} else if (!strcmp(key, "tool")) {
		snprintf(p->tool, sizeof p->tool, "%s", val);
	} else if (!strcmp(key, "turns")) {
		p->turns = amount(val);
	} else if (!strcmp(key, "tokens_in")) {
		p->tokens_in = amount(val);
	} else if (!strcmp(key, "tokens_out")) {
		p->tokens_out = amount(val);
	} else if (!strcmp(key, "cost_usd")) {
		p->cost_usd = strtod(val, NULL);
		if (!(p->cost_usd >= 0 && p->cost_usd < AMOUNT_MAX))
			p->cost_usd = 0;
	} else if (!strcmp(key, "fresh")) {
		p->fresh = *val == '1';
	} else if (!strcmp(key, "text")) {
		snprintf(p->text, sizeof p->text, "%s", val);
	}
}

void
progress_parse(struct progress *p, long long *last_event, char *text)
{
	memset(p, 0, sizeof *p);
	*last_event = 0;
	for (char *line = text, *nl; (nl = strchr(line, '\n')); line = nl + 1) {
		char *eq;

		*nl = 0;
		if (!(eq = strchr(line, '=')))
			continue;
		*eq = 0;
		take(p, last_event, line, eq + 1);
	}
}

int
progress_load(int dir, struct progress *p, long long *last_event)
{
	char buf[FILE_MAX];

	memset(p, 0, sizeof *p);
	*last_event = 0;
	if (file_read(dir, "progress", buf, sizeof buf) < 0)
		return -1;
	progress_parse(p, last_event, buf);
	return 0;
}

void
progress_report(const struct progress *p, long long last_event, struct report *a)
{
	char at[CLOCK_UTC];

	if (!last_event)
		return;
	report_put(a, "last_event_at", clock_utc(last_event, at));
	report_put(a, "phase", progress_phase_word(p->phase));
	report_num(a, "open_tools", p->open_tools);
	report_num(a, "background", p->background);
	report_put(a, "tool", p->tool);
	report_num(a, "turns", p->turns);
	report_num(a, "tokens_in", p->tokens_in);
	report_num(a, "tokens_out", p->tokens_out);
	report_money(a, "cost_usd", p->cost_usd);
}

int
progress_work(const struct progress *p)
{
	return p->tokens_out > 0 || p->open_tools > 0 || (p->text[0] && p->failure == FAIL_NONE);
}

void
progress_add(struct progress *dst, const struct progress *a, const struct progress *b, int replace)
{
	struct progress sum = *b;

	sum.turns += a->turns;
	if (replace && (b->tokens_in || b->tokens_out)) {
		*dst = sum;
		return;
	}
	sum.tokens_in += a->tokens_in;
	sum.tokens_out += a->tokens_out;
	sum.cost_usd += a->cost_usd;
	*dst = sum;
}

char *
progress_count_words(long long n, char buf[PROGRESS_AMOUNT])
{
	if (n < 10000)
		snprintf(buf, PROGRESS_AMOUNT, "%lld", n);
	else if (n < 1000000)
		snprintf(buf, PROGRESS_AMOUNT, "%lldk", n / 1000);
	else
		snprintf(buf, PROGRESS_AMOUNT, "%.1fM", (double)n / 1e6);
	return buf;
}

char *
progress_cost_words(double usd, char buf[PROGRESS_AMOUNT])
{
	if (usd < 0.005)
		snprintf(buf, PROGRESS_AMOUNT, "<$0.01");
	else
		snprintf(buf, PROGRESS_AMOUNT, "$%.2f", usd);
	return buf;
}
