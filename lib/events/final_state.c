/* final_state - the last word of an attempt's events: an end, an error, or that it goes on */
#include "events/final_state.h"

#include <stdio.h>
#include <string.h>

#include "agent/stream_rules.h"
#include "base/buf.h"
#include "base/clock.h"

static long long
whole(double d)
{
	return d < 0 ? 0 : d > 9e18 ? (long long)9e18 : (long long)d;
}

static void
keep_unless_empty(char *dst, size_t size, const char *src)
{
	if (*src)
		snprintf(dst, size, "%s", src);
}

static int
is_word(const char *s, const char *word)
{
	return s && strcmp(s, word) == 0;
}

static void
close_attempt(struct match *m)
{
	struct events *e = m->e;

	usage_sums(&e->usage, is_word(agent_get(e->agent, "sums"), "turn"), match_number(m, F_IN),
		match_number(m, F_OUT), match_number(m, F_COST), match_number(m, F_TURNS));
	usage_close_all(&e->usage);
	usage_show(&e->usage, &e->p);
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

void
final_state_on_end(struct match *m)
{
	struct events *e = m->e;
	struct got g;
	char line[160];
	struct buf b = { line, sizeof line, 0, 0 };

	close_attempt(m);
	if (match_get(m, F_RESULT, &g))
		match_final(m, &g);
	forget_error(e);
	e->word = WORD_END;
	e->p.ended = ++e->ends;
	e->p.unfinished = 0;
	buf_printf(&b, "%s: %lld turn%s, %lld in, %lld out",
		e->p.background ? "goes on in the background" : "turn ended", e->p.turns,
		e->p.turns == 1 ? "" : "s", e->p.tokens_in, e->p.tokens_out);
	if (e->p.cost_usd > 0)
		buf_printf(&b, ", $%.4f", e->p.cost_usd);
	render_line(&e->render, "= ", line, b.n, 1);
}

/* "401 authentication_failed: Invalid API key"; nothing is said twice. */
static void
error_line(char *buf, size_t size, const char *code, const char *kind, const char *text)
{
	char line[2 * PROGRESS_TEXT];
	size_t n = strlen(code);

	if (n > 0 && strncmp(code, text, n) == 0)
		code = "";
	if (strcmp(kind, text) == 0)
		text = "";
	snprintf(line, sizeof line, "%s%s%s%s%s", code, *code &&
		(*kind || *text) ? " " : "", kind, *kind && *text ? ": " : "", text);
	oneline(buf, size, line, strlen(line)); /* cut at a character */
}

/* Sorts the error that is the last word by what is known of a limit now. */
static void
sort_error(struct events *e, long long now)
{
	struct fault fault = {e->code, e->kind, e->text};

	if (e->word == WORD_ERROR)
		e->p.failure = stream_rules_classify(e->agent, 0, &fault, e->limit_at, now,
			&e->p.resume_at);
}

void
final_state_on_error(struct match *m)
{
	struct events *e = m->e;
	char code[sizeof e->code], kind[sizeof e->kind], text[sizeof e->text];
	int known;

	match_line(m, F_CODE, code, sizeof code);
	match_line(m, F_KIND, kind, sizeof kind);
	match_line(m, F_TEXT, text, sizeof text);
	close_attempt(m);
	if (e->word != WORD_ERROR) /* else this may be another part of one error */
		forget_error(e);
	known = e->word == WORD_ERROR && (!*text || strcmp(text, e->text) == 0);
	keep_unless_empty(e->code, sizeof e->code, code);
	keep_unless_empty(e->kind, sizeof e->kind, kind);
	keep_unless_empty(e->text, sizeof e->text, text);
	e->word = WORD_ERROR;
	e->p.ended = 0;
	sort_error(e, m->now);
	error_line(e->p.error, sizeof e->p.error, e->code, e->kind, e->text);
	if (!known)
		render_line(&e->render, "! ", e->p.error, strlen(e->p.error), 1);
}

void
final_state_on_open(struct match *m)
{
	m->e->word = WORD_NONE;
	forget_error(m->e);
}

static void
set_retrying(struct events *e)
{
	e->word = WORD_NONE;
	forget_error(e);
	e->retrying = 1;
}

void
final_state_on_retry(struct match *m)
{
	char code[16], kind[64], text[RENDER_LINE], what[RENDER_LINE],
		line[RENDER_LINE + 64] = "retry";
	double attempt = match_number(m, F_ATTEMPT), max = match_number(m, F_MAX);
	int n = 5;

	match_line(m, F_CODE, code, sizeof code);
	match_line(m, F_KIND, kind, sizeof kind);
	match_line(m, F_TEXT, text, sizeof text);
	error_line(what, sizeof what, code, kind, text);
	if (attempt >= 0)
		n += snprintf(line + n, sizeof line - (size_t)n, max >= 0 ? " %.0f/%.0f" : " %.0f",
			attempt, max);
	snprintf(line + n, sizeof line - (size_t)n, "%s%s", *what ? ": " : "", what);
	render_line(&m->e->render, "~ ", line, strlen(line), 1);
	set_retrying(m->e);
}

void
final_state_retry(struct events *e, const char *why, size_t n)
{
	char line[RENDER_LINE + 8] = "retry: ";

	oneline(line + 7, sizeof line - 7, why, n);
	render_line(&e->render, "~ ", line, strlen(line), 1);
	set_retrying(e);
	final_state_phase(e);
}

void
final_state_on_limit(struct match *m)
{
	char text[RENDER_LINE], line[RENDER_LINE + 64], utc[CLOCK_UTC];
	double at = match_number(m, F_AT);

	m->e->limit_at = at > 0 ? whole(at > 1e11 ? at / 1000 : at) : SORT_NAMED;
	match_line(m, F_TEXT, text, sizeof text);
	snprintf(line, sizeof line, "limit%s%s%s%s", at > 0 ? " until " : "",
		at > 0 ? clock_utc(m->e->limit_at, utc) : "", *text ? ": " : "", text);
	render_line(&m->e->render, "! ", line, strlen(line), 1);
	sort_error(m->e, m->now);
}

void
final_state_on_nolimit(struct match *m)
{
	m->e->limit_at = 0;
	sort_error(m->e, m->now);
}

void
final_state_phase(struct events *e)
{
	if (e->word == WORD_END && e->p.background > e->p.unfinished)
		e->p.unfinished = e->p.background;
	if (e->word == WORD_END && e->p.background > 0) {
		e->p.phase = PHASE_BACKGROUND;
		memcpy(e->p.tool, e->usage.background[e->usage.nbackground - 1].what,
			sizeof e->p.tool);
	} else if (e->word != WORD_NONE) {
		e->p.phase = PHASE_ENDED;
	} else if (e->retrying) {
		e->p.phase = PHASE_RETRYING;
	} else if (e->p.open_tools > 0) {
		e->p.phase = PHASE_TOOL;
	} else {
		e->p.phase = e->p.events > 0 ? PHASE_THINKING : PHASE_STARTING;
	}
}
