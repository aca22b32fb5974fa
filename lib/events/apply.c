/* apply - what an event means: its rules fire, in the order of the agent's file, and change what is known of the attempt */
#include "events/firing.h"

#include <stdio.h>
#include <string.h>

int
apply_get(struct match *f, enum field field, struct got *g)
{
	return capture_field(&f->e->capture, f->rule, field, f->elem, g);
}

double
apply_number(struct match *f, enum field field)
{
	return capture_number(&f->e->capture, f->rule, field, f->elem);
}

size_t
apply_line(struct match *f, enum field field, char *buf, size_t size)
{
	struct got g;

	apply_get(f, field, &g);
	return oneline(buf, size, g.s, g.n);
}

void
apply_final(struct match *f, const struct got *g)
{
	const struct events *e = f->e;

	final_text_note(&f->e->final, e->fed - e->line_len, e->line_len, f->rule, f->elem, g);
}

static void
on_session(struct match *f)
{
	struct got g;

	if (apply_get(f, F_ID, &g) && g.n > 0)
		oneline(f->e->p.session, sizeof f->e->p.session, g.s, g.n);
}

/* The last line with anything on it. */
static void
note_text(struct events *e, const char *s, size_t n)
{
	size_t start;

	while (n > 0 && strchr(" \t\r\n", s[n - 1]))
		n--;
	for (start = n; start > 0 && s[start - 1] != '\n'; start--)
		;
	if (n > 0)
		oneline(e->p.text, sizeof e->p.text, s + start, n - start);
	e->limit_at = 0;
}

static void
on_text(struct match *f)
{
	struct got g;

	if (!apply_get(f, F_TEXT, &g) || g.n == 0)
		return;
	render_text(&f->e->render, g.s, g.n, g.total);
	apply_final(f, &g);
	note_text(f->e, g.s, g.n);
}

static void
on_part(struct match *f)
{
	struct events *e = f->e;
	size_t keep, take;
	struct got g;

	if (!apply_get(f, F_TEXT, &g) || g.n == 0)
		return;
	render_part(&e->render, g.s, g.n, g.total);
	final_text_part(&e->final, e->fed - e->line_len, e->line_len, f->rule, f->elem, &g, e->in_parts);
	e->ntail = e->in_parts ? e->ntail : 0;
	e->in_parts = 1;
	take = g.n < sizeof e->tail ? g.n : sizeof e->tail;
	keep = e->ntail < sizeof e->tail - take ? e->ntail : sizeof e->tail - take;
	memmove(e->tail, e->tail + e->ntail - keep, keep);
	memcpy(e->tail + keep, g.s + g.n - take, take);
	e->ntail = keep + take;
	note_text(e, e->tail, e->ntail);
}

/* "Bash: make all"; 0 if the event names no tool. */
static int
tool_line(struct match *f, char *what, size_t size)
{
	char name[64], summary[RENDER_LINE];

	apply_line(f, F_NAME, name, sizeof name);
	apply_line(f, F_SUMMARY, summary, sizeof summary);
	snprintf(what, size, summary[0] ? "%s: %s" : "%s%s", name[0] ? name : "tool", summary);
	return name[0] || summary[0];
}

static void
on_tool(struct match *f)
{
	char what[RENDER_LINE + 64];
	struct got id;

	apply_get(f, F_ID, &id);
	tool_line(f, what, sizeof what);
	if (usage_open(&f->e->tally, id.s, id.n, what))
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
on_toolend(struct match *f)
{
	struct events *e = f->e;
	char what[RENDER_LINE + 64];
	struct got id, failed, output;

	apply_get(f, F_ID, &id);
	if (!usage_close(&e->tally, id.s, id.n) && tool_line(f, what, sizeof what))
		render_line(&e->render, "> ", what, strlen(what), 0);
	if (apply_get(f, F_FAILED, &failed) && is_failure(&failed)) {
		snprintf(what, sizeof what, strspn(failed.s, "0123456789") == failed.n ? "failed (%.20s)" : "failed", failed.s);
		render_line(&e->render, "! ", what, strlen(what), 0);
	}
	if (apply_get(f, F_OUTPUT, &output))
		render_output(&e->render, output.s, output.n, output.total);
}

static void
on_background(struct match *f)
{
	char what[RENDER_LINE + 64];
	struct got id, name;

	apply_get(f, F_NAME, &name);
	tool_line(f, what, sizeof what);
	if (apply_get(f, F_ID, &id) && id.n > 0)
		usage_background(&f->e->tally, id.s, id.n, name.s, name.n, what);
}

static void
on_backgroundend(struct match *f)
{
	int by_id = f->e->capture.rules->rule[f->rule].n[F_ID] > 0;
	struct got id, name;

	apply_get(f, F_NAME, &name);
	/* An event that should have named one, and does not, ends none. */
	if (apply_get(f, F_ID, &id) || !by_id)
		usage_background_over(&f->e->tally, id.s, id.n, name.s, name.n);
}

static void
on_usage(struct match *f)
{
	struct got id;

	apply_get(f, F_ID, &id);
	usage_use(&f->e->tally, id.s, id.n, apply_number(f, F_IN), apply_number(f, F_OUT), apply_number(f, F_COST));
}

void
apply_event(struct events *e, long long now)
{
	static void (*const on[])(struct match *) = {
		on_session, on_text, on_part, on_tool, on_toolend, on_background, on_backgroundend, on_usage, final_state_on_end, final_state_on_error, final_state_on_open, final_state_on_retry, final_state_on_limit, final_state_on_nolimit
	};
	struct capture *c = &e->capture;

	e->p.events++;
	e->retrying = 0;
	for (int i = 0; i < c->rules->nrules; i++) {
		struct match f = {e, i, -1, now};

		for (int pos = 0; capture_fires(c, i, &pos, &f.elem);) {
			size_t mark = capture_mark(c);
			enum what what = c->rules->rule[i].what;

			if (what != ON_PART && what != ON_SESSION && what != ON_USAGE && what != ON_LIMIT && what != ON_NOLIMIT && what != ON_BACKGROUND && what != ON_BACKGROUNDEND) {
				e->in_parts = 0;
				render_part_end(&e->render);
			}
			on[what](&f);
			capture_drop(c, mark);
		}
	}
	usage_show(&e->tally, &e->p);
	final_state_phase(e);
}
