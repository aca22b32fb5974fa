/*
 * events_fuzz - an event stream, read by an agent's rules (the first byte chooses the agent)
 *
 * The result is the same in any pieces, what is shown and kept is clean, the final text can be read
 * back from the stream, and there is no end without an end event.
 */
#include "fuzz.h"
#include "wrap/outcome.h"

#include <stdlib.h>
#include <string.h>

#include "events/events.h"
#include "events/final_text.h"
#include "tree_files.h"

enum { AGENTS = 4, NOW = 1795222000 };

static struct agent *agents[AGENTS];

struct result {
	struct text shown, result;
	struct progress p;
	char brief[FINAL_SHORT + 1];
};

int LLVMFuzzerInitialize(int *argc, char ***argv);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char *const names[AGENTS] = { "claude", "codex", "opencode", "pi" };

	(void)argc;
	(void)argv;
	setenv("TZ", "UTC0", 1);
	for (int i = 0; i < AGENTS; i++)
		agents[i] = tree_agent(names[i]);
	return 0;
}

/* Feeds the lines that begin with '!' as lines of stderr. */
static void
complain(struct events *e, const uint8_t *data, size_t n)
{
	char *s = fuzz_string(data, n);

	for (char *p = s, *nl; (nl = memchr(p, '\n', n - (size_t)(p - s))); p = nl + 1)
		if (*p == '!')
			events_stderr(e, p + 1, (size_t)(nl - p) - 1, NOW);
	free(s);
}

static void
read_all(struct result *r, const struct agent *a, const uint8_t *data, size_t n, unsigned seed)
{
	struct events *e = events_new(a, text_out, &r->shown);
	long long off, len;

	HOLDS(e != NULL);
	for (size_t at = 0, k; at < n; at += k) {
		char *s;

		k = seed ? fuzz_piece(&seed, n - at) : n;
		s = fuzz_bytes(data + at, k);
		events_feed(e, s, k, NOW);
		free(s);
	}
	complain(e, data, n);
	events_eof(e, NOW);
	r->p = *events_progress(e);
	events_result_where(e, &off, &len);
	HOLDS(off >= 0 && len >= 0 && (!len || off + len <= (long long)n));
	strcpy(r->brief, events_result_short(e));
	for (size_t at = 0, k; at < (size_t)len; at += k) {
		char *s;

		k = seed ? fuzz_piece(&seed, (size_t)len - at) : (size_t)len;
		s = fuzz_bytes(data + off + (long long)at, k);
		events_result_feed(e, s, k, text_take, &r->result);
		free(s);
	}
	events_free(e);
}

static int
same(const struct result *a, const struct result *b)
{
	return text_same(&a->shown, &b->shown) && text_same(&a->result, &b->result) &&
		!strcmp(a->brief, b->brief) && a->p.phase == b->p.phase &&
		a->p.open_tools == b->p.open_tools && a->p.turns == b->p.turns &&
		a->p.tokens_in == b->p.tokens_in && a->p.tokens_out == b->p.tokens_out &&
		a->p.events == b->p.events && a->p.ended == b->p.ended &&
		a->p.failure == b->p.failure && a->p.resume_at == b->p.resume_at &&
		!strcmp(a->p.tool, b->p.tool) && !strcmp(a->p.text, b->p.text) &&
		!strcmp(a->p.session, b->p.session) && !strcmp(a->p.error, b->p.error);
}

static void
check(const struct result *r)
{
	const struct progress *p = &r->p;
	struct evidence e = { .wstatus = 0, .stream = 1, .ended = p->ended, .failure = p->failure,
		.error = p->error, .resume_at = p->resume_at };
	struct outcome o;

	HOLDS(fuzz_clean(r->shown.s, r->shown.n, "\n\t"));
	HOLDS(!r->shown.n || r->shown.s[r->shown.n - 1] == '\n');
	HOLDS(fuzz_clean(p->tool, strlen(p->tool), "") &&
		fuzz_clean(p->text, strlen(p->text), "") &&
		fuzz_clean(p->session, strlen(p->session), "") &&
		fuzz_clean(p->error, strlen(p->error), ""));
	HOLDS(p->open_tools >= 0 && p->turns >= 0 && p->tokens_in >= 0 && p->tokens_out >= 0 &&
		p->cost_usd >= 0 && p->resume_at >= 0);
	outcome_judge(&e, &o);
	HOLDS((o.status == ST_COMPLETED) == (p->ended && p->failure == FAIL_NONE));
	/* 0: the agent has not said when; the wrapper then sets a time to look again */
	HOLDS(o.status != ST_LIMITED || (p->failure == FAIL_LIMITED && o.resume_at >= 0));
	if (strlen(r->brief) < FINAL_SHORT / 2 && r->result.n < FINAL_SHORT / 2)
		HOLDS(r->result.n == strlen(r->brief) || memchr(r->result.s, 0, r->result.n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct result one, two;
	const struct agent *a = agents[n ? data[0] % AGENTS : 0];

	if (n) {
		data++;
		n--;
	}
	memset(&one, 0, sizeof one);
	memset(&two, 0, sizeof two);
	read_all(&one, a, data, n, 0);
	read_all(&two, a, data, n, fuzz_seed(data, n) | 1);
	HOLDS(same(&one, &two));
	check(&one);
	free(one.shown.s);
	free(one.result.s);
	free(two.shown.s);
	free(two.result.s);
	return 0;
}
