/* apply - what an event means: its rules fire, in the order of the agent's file, and change what is known of the attempt */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "evstate.h"
#include "sort.h"

struct firing {
	struct events *e;
	int rule;
	long elem;
	long long now;
};

static int
get(struct firing *f, enum field field, struct got *g)
{
	return capture_field(&f->e->capture, f->rule, field, f->elem, g);
}

static double
number(struct firing *f, enum field field)
{
	return capture_number(&f->e->capture, f->rule, field, f->elem);
}

static size_t
get_line(struct firing *f, enum field field, char *buf, size_t size)
{
	struct got g;

	get(f, field, &g);
	return strip_text(buf, size, g.s, g.n);
}

static long long
whole(double d)
{
	return d < 0 ? 0 : d > 9e18 ? (long long)9e18 : (long long)d;
}

static void
note_final(struct firing *f, const struct got *g)
{
	const struct events *e = f->e;

	final_note(&f->e->final, e->fed - e->line_len, e->line_len, f->rule, f->elem, g);
}

static void
keep_unless_empty(char *dst, size_t size, const char *src)
{
	if (*src)
		snprintf(dst, size, "%s", src);
}

static void
on_session(struct firing *f)
{
	char id[EV_WORD];

	get_line(f, F_ID, id, sizeof id);
	keep_unless_empty(f->e->p.session, sizeof f->e->p.session, id);
}

static void
on_text(struct firing *f)
{
	struct events *e = f->e;
	struct got g;
	size_t n, start;

	if (!get(f, F_TEXT, &g) || g.n == 0)
		return;
	render_text(&e->render, g.s, g.n, g.total);
	note_final(f, &g);
	e->limit_at = 0;
	for (n = g.n; n > 0 && strchr(" \t\r\n", g.s[n - 1]); n--)
		;
	for (start = n; start > 0 && g.s[start - 1] != '\n'; start--)
		;
	strip_text(e->p.text, sizeof e->p.text, g.s + start, n - start);
}

/* "Bash: make all"; 0 if the event names no tool. */
static int
tool_line(struct firing *f, char *what, size_t size)
{
	char name[64], summary[RENDER_LINE];

	get_line(f, F_NAME, name, sizeof name);
	get_line(f, F_SUMMARY, summary, sizeof summary);
	snprintf(what, size, summary[0] ? "%s: %s" : "%s%s", name[0] ? name : "tool", summary);
	return name[0] || summary[0];
}

static void
on_tool(struct firing *f)
{
	char what[RENDER_LINE + 64];
	struct got id;

	get(f, F_ID, &id);
	tool_line(f, what, sizeof what);
	if (tally_open(&f->e->tally, id.s, id.n, what))
		render_line(&f->e->render, "> ", what, strlen(what), 0);
}

static int
is_failure(const struct got *g)
{
	if (g->n == 0 || strcmp(g->s, "false") == 0)
		return 0;
	if (strspn(g->s, "-0123456789.") == g->n)
		return strspn(g->s, "-0.") != g->n;
	return strcmp(g->s, "true") == 0 || strcmp(g->s, "error") == 0 || strcmp(g->s, "failed") == 0;
}

static void
on_toolend(struct firing *f)
{
	struct events *e = f->e;
	char what[RENDER_LINE + 64];
	struct got id, failed, output;

	get(f, F_ID, &id);
	if (!tally_close(&e->tally, id.s, id.n) && tool_line(f, what, sizeof what))
		render_line(&e->render, "> ", what, strlen(what), 0);
	if (get(f, F_FAILED, &failed) && is_failure(&failed)) {
		snprintf(what, sizeof what, strspn(failed.s, "0123456789") == failed.n ? "failed (%.20s)" : "failed", failed.s);
		render_line(&e->render, "! ", what, strlen(what), 0);
	}
	if (get(f, F_OUTPUT, &output))
		render_output(&e->render, output.s, output.n, output.total);
}

static void
on_usage(struct firing *f)
{
	struct got id;

	get(f, F_ID, &id);
	tally_use(&f->e->tally, id.s, id.n, number(f, F_IN), number(f, F_OUT), number(f, F_COST));
}

/* The attempt is over, as far as this event knows. */
static void
close_attempt(struct firing *f)
{
	struct events *e = f->e;

	tally_sums(&e->tally, number(f, F_IN), number(f, F_OUT), number(f, F_COST), number(f, F_TURNS));
	tally_close_all(&e->tally);
	tally_show(&e->tally, &e->p);
}

static void
forget_error(struct events *e)
{
	e->p.ended = 0;
	e->p.failure = FAIL_NONE;
	e->p.error[0] = '\0';
	e->p.resume_at = 0;
	e->code[0] = e->kind[0] = e->text[0] = '\0';
}

static void
on_end(struct firing *f)
{
	struct events *e = f->e;
	struct got g;
	char line[160];
	int n;

	close_attempt(f);
	if (get(f, F_RESULT, &g))
		note_final(f, &g);
	forget_error(e);
	e->word = WORD_END;
	e->p.ended = 1;
	n = snprintf(line, sizeof line, "completed: %lld turn%s, %lld in, %lld out", e->p.turns, e->p.turns == 1 ? "" : "s", e->p.tokens_in, e->p.tokens_out);
	if (e->p.cost_usd > 0)
		n += snprintf(line + n, sizeof line - (size_t)n, ", $%.4f", e->p.cost_usd);
	render_line(&e->render, "= ", line, (size_t)n, 1);
}

/* "401 authentication_failed: Invalid API key", without saying a thing twice. */
static void
say_error(char *buf, size_t size, const char *code, const char *kind, const char *text)
{
	size_t n = strlen(code);

	if (n > 0 && strncmp(code, text, n) == 0)
		code = "";
	if (strcmp(kind, text) == 0)
		text = "";
	snprintf(buf, size, "%s%s%s%s%s", code, *code && (*kind || *text) ? " " : "", kind, *kind && *text ? ": " : "", text);
}

static void
on_error(struct firing *f)
{
	struct events *e = f->e;
	char code[sizeof e->code], kind[sizeof e->kind], text[sizeof e->text];
	int known;
	struct fault fault = {e->code, e->kind, e->text};

	get_line(f, F_CODE, code, sizeof code);
	get_line(f, F_KIND, kind, sizeof kind);
	get_line(f, F_TEXT, text, sizeof text);
	close_attempt(f);
	if (e->word != WORD_ERROR) /* several events may tell of one error, each a part of it */
		forget_error(e);
	known = e->word == WORD_ERROR && (!*text || strcmp(text, e->text) == 0);
	keep_unless_empty(e->code, sizeof e->code, code);
	keep_unless_empty(e->kind, sizeof e->kind, kind);
	keep_unless_empty(e->text, sizeof e->text, text);
	e->word = WORD_ERROR;
	e->p.ended = 0;
	e->p.failure = agent_sort(e->agent, 0, &fault, e->limit_at, f->now, &e->p.resume_at);
	say_error(e->p.error, sizeof e->p.error, e->code, e->kind, e->text);
	if (!known)
		render_line(&e->render, "! ", e->p.error, strlen(e->p.error), 1);
}

static void
on_open(struct firing *f)
{
	f->e->word = WORD_NONE;
	forget_error(f->e);
}

static void
set_retrying(struct events *e)
{
	e->word = WORD_NONE;
	forget_error(e);
	e->retrying = 1;
}

static void
on_retry(struct firing *f)
{
	char code[16], kind[64], text[RENDER_LINE], what[RENDER_LINE], line[RENDER_LINE + 64] = "retry";
	double attempt = number(f, F_ATTEMPT), max = number(f, F_MAX);
	int n = 5;

	get_line(f, F_CODE, code, sizeof code);
	get_line(f, F_KIND, kind, sizeof kind);
	get_line(f, F_TEXT, text, sizeof text);
	say_error(what, sizeof what, code, kind, text);
	if (attempt >= 0)
		n += snprintf(line + n, sizeof line - (size_t)n, max >= 0 ? " %.0f/%.0f" : " %.0f", attempt, max);
	snprintf(line + n, sizeof line - (size_t)n, "%s%s", *what ? ": " : "", what);
	render_line(&f->e->render, "~ ", line, strlen(line), 1);
	set_retrying(f->e);
}

void
apply_retry(struct events *e, const char *why, size_t n)
{
	char line[RENDER_LINE + 8] = "retry: ";

	strip_text(line + 7, sizeof line - 7, why, n);
	render_line(&e->render, "~ ", line, strlen(line), 1);
	set_retrying(e);
	apply_phase(e);
}

static void
on_limit(struct firing *f)
{
	char text[RENDER_LINE], line[RENDER_LINE + 64], utc[CLOCK_UTC];
	double at = number(f, F_AT);

	if (at <= 0)
		return;
	f->e->limit_at = whole(at > 1e11 ? at / 1000 : at);
	get_line(f, F_TEXT, text, sizeof text);
	snprintf(line, sizeof line, "limit until %s%s%s", clock_utc(f->e->limit_at, utc), *text ? ": " : "", text);
	render_line(&f->e->render, "! ", line, strlen(line), 1);
}

void
apply_phase(struct events *e)
{
	if (e->word != WORD_NONE)
		e->p.phase = PHASE_ENDED;
	else if (e->retrying)
		e->p.phase = PHASE_RETRYING;
	else if (e->p.open_tools > 0)
		e->p.phase = PHASE_TOOL;
	else
		e->p.phase = e->p.events > 0 ? PHASE_THINKING : PHASE_STARTING;
}

void
apply_event(struct events *e, long long now)
{
	static void (*const on[])(struct firing *) = {on_session, on_text, on_tool, on_toolend, on_usage, on_end, on_error, on_open, on_retry, on_limit};
	struct capture *c = &e->capture;

	e->p.events++;
	e->retrying = 0;
	for (int i = 0; i < c->rules->nrules; i++) {
		struct firing f = {e, i, -1, now};

		for (int pos = 0; capture_fires(c, i, &pos, &f.elem);) {
			size_t mark = capture_mark(c);

			on[c->rules->rule[i].what](&f);
			capture_drop(c, mark);
		}
	}
	tally_show(&e->tally, &e->p);
	apply_phase(e);
}
