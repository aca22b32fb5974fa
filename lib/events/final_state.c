/* final_state - how an attempt stands: its end, an error, a retry, a limit. The last word of its events counts */
#include "events/firing.h"
#include "task/failure.h"

#include <stdio.h>
#include <string.h>

#include "agent/classify.h"
#include "agent/stream_rules.h"
#include "base/clock.h"
#include "text/strip.h"

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

/* The attempt is over, as far as this event knows. */
static void
close_attempt(struct match *f)
{
	struct events *e = f->e;

	usage_sums(&e->tally, is_word(agent_get(e->agent, "sums"), "turn"), apply_number(f, F_IN), apply_number(f, F_OUT), apply_number(f, F_COST), apply_number(f, F_TURNS));
	usage_close_all(&e->tally);
	usage_show(&e->tally, &e->p);
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
final_state_on_end(struct match *f)
{
	struct events *e = f->e;
	struct got g;
	char line[160];
	int n;

	close_attempt(f);
	if (apply_get(f, F_RESULT, &g))
		apply_final(f, &g);
	forget_error(e);
	e->word = WORD_END;
	e->p.ended = ++e->ends;
	e->p.unfinished = 0;
	n = snprintf(line, sizeof line, "%s: %lld turn%s, %lld in, %lld out", e->p.background ? "goes on in the background" : "turn ended", e->p.turns, e->p.turns == 1 ? "" : "s", e->p.tokens_in, e->p.tokens_out);
	if (e->p.cost_usd > 0)
		n += snprintf(line + n, sizeof line - (size_t)n, ", $%.4f", e->p.cost_usd);
	render_line(&e->render, "= ", line, (size_t)n, 1);
}

/* "401 authentication_failed: Invalid API key", without saying a thing twice. */
static void
say_error(char *buf, size_t size, const char *code, const char *kind, const char *text)
{
	char line[2 * PROGRESS_TEXT];
	size_t n = strlen(code);

	if (n > 0 && strncmp(code, text, n) == 0)
		code = "";
	if (strcmp(kind, text) == 0)
		text = "";
	snprintf(line, sizeof line, "%s%s%s%s%s", code, *code && (*kind || *text) ? " " : "", kind, *kind && *text ? ": " : "", text);
	oneline(buf, size, line, strlen(line)); /* cut at a character */
}

/* The error that is the last word, with what is known of a limit by now. */
static void
sort_error(struct events *e, long long now)
{
	struct fault fault = {e->code, e->kind, e->text};

	if (e->word == WORD_ERROR)
		e->p.failure = stream_rules_classify(e->agent, 0, &fault, e->limit_at, now, &e->p.resume_at);
}

void
final_state_on_error(struct match *f)
{
	struct events *e = f->e;
	char code[sizeof e->code], kind[sizeof e->kind], text[sizeof e->text];
	int known;

	apply_line(f, F_CODE, code, sizeof code);
	apply_line(f, F_KIND, kind, sizeof kind);
	apply_line(f, F_TEXT, text, sizeof text);
	close_attempt(f);
	if (e->word != WORD_ERROR) /* several events may tell of one error, each a part of it */
		forget_error(e);
	known = e->word == WORD_ERROR && (!*text || strcmp(text, e->text) == 0);
	keep_unless_empty(e->code, sizeof e->code, code);
	keep_unless_empty(e->kind, sizeof e->kind, kind);
	keep_unless_empty(e->text, sizeof e->text, text);
	e->word = WORD_ERROR;
	e->p.ended = 0;
	sort_error(e, f->now);
	say_error(e->p.error, sizeof e->p.error, e->code, e->kind, e->text);
	if (!known)
		render_line(&e->render, "! ", e->p.error, strlen(e->p.error), 1);
}

void
final_state_on_open(struct match *f)
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

void
final_state_on_retry(struct match *f)
{
	char code[16], kind[64], text[RENDER_LINE], what[RENDER_LINE], line[RENDER_LINE + 64] = "retry";
	double attempt = apply_number(f, F_ATTEMPT), max = apply_number(f, F_MAX);
	int n = 5;

	apply_line(f, F_CODE, code, sizeof code);
	apply_line(f, F_KIND, kind, sizeof kind);
	apply_line(f, F_TEXT, text, sizeof text);
	say_error(what, sizeof what, code, kind, text);
	if (attempt >= 0)
		n += snprintf(line + n, sizeof line - (size_t)n, max >= 0 ? " %.0f/%.0f" : " %.0f", attempt, max);
	snprintf(line + n, sizeof line - (size_t)n, "%s%s", *what ? ": " : "", what);
	render_line(&f->e->render, "~ ", line, strlen(line), 1);
	set_retrying(f->e);
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
final_state_on_limit(struct match *f)
{
	char text[RENDER_LINE], line[RENDER_LINE + 64], utc[CLOCK_UTC];
	double at = apply_number(f, F_AT);

	f->e->limit_at = at > 0 ? whole(at > 1e11 ? at / 1000 : at) : SORT_NAMED;
	apply_line(f, F_TEXT, text, sizeof text);
	snprintf(line, sizeof line, "limit%s%s%s%s", at > 0 ? " until " : "",
		at > 0 ? clock_utc(f->e->limit_at, utc) : "", *text ? ": " : "", text);
	render_line(&f->e->render, "! ", line, strlen(line), 1);
	sort_error(f->e, f->now);
}

void
final_state_on_nolimit(struct match *f)
{
	f->e->limit_at = 0;
	sort_error(f->e, f->now);
}

void
final_state_phase(struct events *e)
{
	if (e->word == WORD_END && e->p.background > e->p.unfinished)
		e->p.unfinished = e->p.background;
	if (e->word == WORD_END && e->p.background > 0) {
		e->p.phase = PHASE_BACKGROUND;
		memcpy(e->p.tool, e->tally.background[e->tally.nbackground - 1].what, sizeof e->p.tool);
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
