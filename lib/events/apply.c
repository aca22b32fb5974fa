/* apply - what an event changes: its rules fire, in the order of the agent's file */
#include "events/apply.h"

#include <stdio.h>
#include <string.h>

#include "events/final_state.h"
#include "events/match.h"

static void
on_session(struct match *m)
{
	struct got g;

	if (match_get(m, F_ID, &g) && g.n > 0)
		oneline(m->e->p.session, sizeof m->e->p.session, g.s, g.n);
}

/* The last line that is not blank is what rca-list shows. */
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
on_text(struct match *m)
{
	struct got g;

	if (!match_get(m, F_TEXT, &g) || g.n == 0)
		return;
	render_text(&m->e->render, g.s, g.n, g.total);
	match_final(m, &g);
	note_text(m->e, g.s, g.n);
}

static void
on_part(struct match *m)
{
	struct events *e = m->e;
	size_t keep, take;
	struct got g;

	if (!match_get(m, F_TEXT, &g) || g.n == 0)
		return;
	render_part(&e->render, g.s, g.n, g.total);
	final_text_part(&e->final, e->fed - e->line_len, e->line_len, m->rule, m->elem, &g,
		e->in_parts);
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
tool_line(struct match *m, char *what, size_t size)
{
	char name[64], summary[RENDER_LINE];

	match_line(m, F_NAME, name, sizeof name);
	match_line(m, F_SUMMARY, summary, sizeof summary);
	snprintf(what, size, summary[0] ? "%s: %s" : "%s%s", name[0] ? name : "tool", summary);
	return name[0] || summary[0];
}

static void
on_tool(struct match *m)
{
	char what[RENDER_LINE + 64];
	struct got id;

	match_get(m, F_ID, &id);
	tool_line(m, what, sizeof what);
	if (usage_open(&m->e->usage, id.s, id.n, what))
		render_line(&m->e->render, "> ", what, strlen(what), 0);
}

static int
is_failure(const struct got *g)
{
	if (g->n == 0 || strcmp(g->s, "false") == 0)
		return 0;
	if (strspn(g->s, "-0123456789.") == g->n)
		return strspn(g->s, "-0.") != g->n;
	return strcmp(g->s, "true") == 0 || strcmp(g->s, "error") == 0 ||
		strcmp(g->s, "failed") == 0;
}

static void
on_toolend(struct match *m)
{
	struct events *e = m->e;
	char what[RENDER_LINE + 64];
	struct got id, failed, output;

	match_get(m, F_ID, &id);
	if (!usage_close(&e->usage, id.s, id.n) && tool_line(m, what, sizeof what))
		render_line(&e->render, "> ", what, strlen(what), 0);
	if (match_get(m, F_FAILED, &failed) && is_failure(&failed)) {
		snprintf(what, sizeof what, strspn(failed.s, "0123456789") == failed.n
			? "failed (%.20s)" : "failed", failed.s);
		render_line(&e->render, "! ", what, strlen(what), 0);
	}
	if (match_get(m, F_OUTPUT, &output))
		render_output(&e->render, output.s, output.n, output.total);
}

static void
on_background(struct match *m)
{
	char what[RENDER_LINE + 64];
	struct got id, name;

	match_get(m, F_NAME, &name);
	tool_line(m, what, sizeof what);
	if (match_get(m, F_ID, &id) && id.n > 0)
		usage_background(&m->e->usage, id.s, id.n, name.s, name.n, what);
}

static void
on_backgroundend(struct match *m)
{
	int by_id = m->e->capture.rules->rule[m->rule].n[F_ID] > 0;
	struct got id, name;

	match_get(m, F_NAME, &name);
	/* An event that should have named a piece of work, and does not, ends none. */
	if (match_get(m, F_ID, &id) || !by_id)
		usage_background_over(&m->e->usage, id.s, id.n, name.s, name.n);
}

static void
on_usage(struct match *m)
{
	struct got id;

	match_get(m, F_ID, &id);
	usage_use(&m->e->usage, id.s, id.n, match_number(m, F_IN), match_number(m, F_OUT),
		match_number(m, F_COST));
}

void
apply_event(struct events *e, long long now)
{
	static void (*const on[])(struct match *) = {
		on_session, on_text, on_part, on_tool, on_toolend, on_background, on_backgroundend,
		on_usage, final_state_on_end, final_state_on_error, final_state_on_open,
		final_state_on_retry, final_state_on_limit, final_state_on_nolimit
	};
	/* These show nothing, so they do not end a text that comes in parts. */
	static const unsigned silent = 1u << ON_PART | 1u << ON_SESSION | 1u << ON_USAGE |
		1u << ON_LIMIT | 1u << ON_NOLIMIT | 1u << ON_BACKGROUND | 1u << ON_BACKGROUNDEND;
	struct capture *c = &e->capture;

	e->p.events++;
	e->retrying = 0;
	for (int i = 0; i < c->rules->nrules; i++) {
		struct match m = {e, i, -1, now};

		for (int pos = 0; capture_fires(c, i, &pos, &m.elem);) {
			size_t used = c->used;
			enum what what = c->rules->rule[i].what;

			if (!(silent & 1u << what)) {
				e->in_parts = 0;
				render_part_end(&e->render);
			}
			on[what](&m);
			c->used = used;
		}
	}
	usage_show(&e->usage, &e->p);
	final_state_phase(e);
}
