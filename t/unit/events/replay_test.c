/* replay_test - recordings of real agents, read whole, byte by byte and in random pieces */

#include "events/events.h"
#include "task/status.h"
#include "wrap/outcome.h"
#include "../tree_files.h"

static const struct recording {
	const char *agent, *name;
	enum status status;
	const char *reason; /* its beginning */
	const char *result;
	long long turns, in, out, open, resume_at;
} recordings[] = {
	{"claude", "budget", ST_FAILED, "error_max_budget_usd: Reached maximum budget", "", 1, 100,
		20, 0, 0},
	{"claude", "e401-full", ST_FAILED, "401 authentication_failed: Invalid API key", "", 1, 0,
		0, 0, 0},
	{"claude", "e429x1", ST_COMPLETED, "end", "Stub answer: after one 429.", 1, 100, 20, 0, 0},
	{"claude", "e500-full", ST_CRASHED, "500 server_error: API Error: 500 Internal se", "", 1,
		0, 0, 0, 0},
	{"claude", "e529-full", ST_CRASHED, "529 server_error: API Error: 529 Overloaded.", "", 1,
		0, 0, 0, 0},
	{"claude", "e529x2", ST_COMPLETED, "end", "Stub answer: after two 529s.", 1, 100, 20, 0, 0},
	{"claude", "empty", ST_COMPLETED, "end", "", 2, 200, 40, 0, 0},
	{"claude", "emptyprompt", ST_FAILED, "Error: Input must be provided either through", "", 0,
		0, 0, 0, 0},
	{"claude", "hitlimit-apikey", ST_CRASHED, "429 rate_limit: API Error: Request rejected", "",
		1, 0, 0, 0, 0},
	{"claude", "hitlimit-oauth", ST_LIMITED, "429 rate_limit: You've hit your session limi", "",
		1, 0, 0, 0, 1795230227},
	{"claude", "hook-tool", ST_COMPLETED, "end", "Stub answer: file written.", 2, 200, 40, 0,
		0},
	/* 2.1.332, which lives on and speaks again */
	{"claude", "later-agent", ST_COMPLETED, "end", "Stub answer: file written.", 3, 300, 60, 0,
		0},
	{"claude", "later-bash", ST_COMPLETED, "end", "Stub answer: file written.", 3, 300, 60, 0,
		0},
	{"claude", "maxtok", ST_CRASHED, "max_output_tokens: API Error: Claude's respo",
		"cut by the token limit", 1, 400, 80, 0, 0},
	{"claude", "maxturns", ST_CRASHED, "error_max_turns: Reached maximum number of t", "", 3,
		200, 40, 0, 0},
	{"claude", "noroot", ST_FAILED, "--dangerously-skip-permissions cannot be use", "", 0, 0, 0,
		0, 0},
	{"claude", "noverbose", ST_CRASHED, "exit:1: Error: When using --print, --output-", "", 0,
		0, 0, 0, 0},
	{"claude", "partial", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20, 0, 0},
	{"claude", "refused-full", ST_CRASHED, "server_error: API Error: Unable to connect t", "",
		1, 0, 0, 0, 0},
	{"claude", "reset", ST_CRASHED, "server_error: API Error: Unable to connect t", "", 1, 0, 0,
		0, 0},
	{"claude", "resumeA-1", ST_CRASHED, "signal:9", "", 1, 100, 20, 0, 0},
	{"claude", "resumeA-2", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20, 0, 0},
	{"claude", "resumeA-3-sameid", ST_CRASHED, "exit:1: Error: Session ID 11111111-2222-4333",
		"", 0, 0, 0, 0, 0},
	{"claude", "resumeA-4-nosuch", ST_CRASHED, "session_lost", "", 0, 0, 0, 0, 0},
	{"claude", "resumeC-3-early", ST_CRASHED, "signal:9", "", 0, 0, 0, 0, 0},
	{"claude", "resumeC-4", ST_CRASHED, "session_lost", "", 0, 0, 0, 0, 0},
	{"claude", "sigINT-tool", ST_CRASHED, "error_during_execution: [ede_diagnostic] res", "", 3,
		100, 20, 0, 0},
	{"claude", "sigTERM-stream", ST_CRASHED, "exit:143", "", 1, 100, 20, 0, 0},
	{"claude", "sigTERM-tool", ST_CRASHED, "exit:143", "", 1, 100, 20, 1, 0},
	{"claude", "text", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20, 0, 0},
	{"claude", "timing-toolhang", ST_CRASHED, "signal:9", "", 1, 100, 20, 0, 0},
	{"claude", "tool", ST_COMPLETED, "end", "Stub answer: file written.", 2, 200, 40, 0, 0},
	{"claude", "toolfail", ST_COMPLETED, "end", "Stub answer: the tool failed.", 2, 200, 40, 0,
		0},
	{"codex", "closedout", ST_CRASHED, "exit:101: note: run with `RUST_BACKTRACE=1`", "", 0, 0,
		0, 0, 0},
	{"codex", "e401", ST_FAILED, "unexpected status 401 Unauthorized: invalid", "", 1, 0, 0, 0,
		0},
	{"codex", "e429x1", ST_COMPLETED, "end", "Stub answer: after one 429.", 1, 100, 20, 0, 0},
	{"codex", "e500", ST_CRASHED, "We\xe2\x80\x99""re currently experiencing high demand, wh",
		"", 1, 0, 0, 0, 0},
	{"codex", "e529x2", ST_COMPLETED, "end", "Stub answer: after two 529s.", 1, 100, 20, 0, 0},
	{"codex", "empty", ST_COMPLETED, "end", "", 1, 100, 20, 0, 0},
	{"codex", "fullauto", ST_FAILED, "error: unexpected argument '--full-auto' fou", "", 0, 0,
		0, 0, 0},
	{"codex", "live-2-resume", ST_CRASHED, "Error: thread/resume: thread/resume failed:", "", 0,
		0, 0, 0, 0},
	{"codex", "maxtok", ST_CRASHED, "Incomplete response returned, reason: max_ou",
		"cut by the token limit", 1, 0, 0, 0, 0},
	{"codex", "refused", ST_CRASHED, "signal:9", "", 1, 0, 0, 0, 0},
	{"codex", "reset", ST_CRASHED, "stream disconnected before completion: Trans", "", 1, 0, 0,
		0, 0},
	{"codex", "resetx1", ST_COMPLETED, "end", "Stub answer: after one reset.", 1, 100, 20, 0,
		0},
	{"codex", "resume-orphan-2", ST_CRASHED, "Error: thread/resume: thread/resume failed:", "",
		0, 0, 0, 0, 0},
	{"codex", "resume-orphan", ST_CRASHED, "signal:9", "", 1, 0, 0, 0, 0},
	{"codex", "resumeA-1", ST_CRASHED, "signal:9", "", 1, 0, 0, 0, 0},
	{"codex", "resumeA-2", ST_COMPLETED, "end", "Stub answer: all done.", 1, 200, 40, 0, 0},
	{"codex", "resumeA-4-nosuch", ST_CRASHED, "session_lost", "", 0, 0, 0, 0, 0},
	{"codex", "resumeA-5-notuuid", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20, 0,
		0},
	{"codex", "sigTERM-stream", ST_CRASHED, "signal:15", "", 1, 0, 0, 0, 0},
	{"codex", "sigTERM-tool", ST_CRASHED, "signal:15", "", 1, 0, 0, 1, 0},
	{"codex", "text", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20, 0, 0},
	{"codex", "tool", ST_COMPLETED, "end", "Stub answer: file written.", 1, 200, 40, 0, 0},
	{"codex", "toolfail", ST_COMPLETED, "end", "Stub answer: the tool failed.", 1, 200, 40, 0,
		0},
	{"codex", "usagelimit", ST_LIMITED, "You\xe2\x80\x99""ve hit your usage limit. Upgrade to "
		"Pro", "", 1, 0, 0, 0, 1899999960},
	{"opencode", "auto", ST_COMPLETED, "end", "Stub answer: file written.", 2, 200, 40, 0, 0},
	{"opencode", "e401", ST_FAILED, "401 APIError: invalid x-api-key", "", 0, 0, 0, 0, 0},
	{"opencode", "e500", ST_CRASHED, "500 APIError: Internal server error", "", 0, 0, 0, 0, 0},
	{"opencode", "e529x2", ST_COMPLETED, "end", "Stub answer: after two 529s.", 1, 100, 20, 0,
		0},
	{"opencode", "empty", ST_COMPLETED, "end", "", 1, 100, 20, 0, 0},
	{"opencode", "emptyprompt", ST_FAILED, "Error: You must provide a message or a comma", "",
		0, 0, 0, 0, 0},
	{"opencode", "maxtok", ST_CRASHED, "length: the answer was cut off",
		"cut by the token limit", 1, 100, 20, 0, 0},
	{"opencode", "noauto", ST_CRASHED, "no_end_event", "", 1, 100, 20, 0, 0},
	{"opencode", "printlogs", ST_CRASHED, "signal:9", "", 0, 0, 0, 0, 0},
	{"opencode", "refused", ST_CRASHED, "APIError: Cannot connect to API: Unable to c", "", 0,
		0, 0, 0, 0},
	{"opencode", "reset", ST_CRASHED, "APIError: Connection reset by server", "", 0, 0, 0, 0,
		0},
	{"opencode", "resumeA-1", ST_CRASHED, "signal:9", "", 1, 100, 20, 0, 0},
	{"opencode", "resumeA-2", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20, 0, 0},
	{"opencode", "resumeA-4-nosuch", ST_CRASHED, "session_lost", "", 0, 0, 0, 0, 0},
	{"opencode", "sigTERM-tool", ST_CRASHED, "signal:15", "", 0, 0, 0, 0, 0},
	{"opencode", "text", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20, 0, 0},
	{"opencode", "tool", ST_COMPLETED, "end", "Stub answer: file written.", 2, 200, 40, 0, 0},
	{"opencode", "toolfail", ST_COMPLETED, "end", "Stub answer: the tool failed.", 2, 200, 40,
		0, 0},
	{"pi", "e401", ST_FAILED, "401 invalid x-api-key", "", 0, 0, 0, 0, 0},
	{"pi", "e429x1", ST_COMPLETED, "end", "Stub answer: after one 429.", 1, 100, 20, 0, 0},
	{"pi", "e500", ST_CRASHED, "500 Internal server error", "", 0, 0, 0, 0, 0},
	{"pi", "e529x2", ST_COMPLETED, "end", "Stub answer: after two 529s.", 1, 100, 20, 0, 0},
	{"pi", "empty", ST_COMPLETED, "end", "", 1, 100, 20, 0, 0},
	{"pi", "emptyprompt", ST_CRASHED, "no_end_event", "", 0, 0, 0, 0, 0},
	{"pi", "eof", ST_CRASHED, "the answer was cut off", "these words are ", 0, 0, 0, 0, 0},
	{"pi", "maxtok", ST_CRASHED, "length: the answer was cut off", "cut by the token limit", 1,
		100, 20, 0, 0},
	/* 1.6.0 */
	{"pi", "new-e401", ST_FAILED, "401: {", "", 0, 0, 0, 0, 0},
	{"pi", "new-tool", ST_COMPLETED, "end", "Stub answer: file written.", 2, 200, 40, 0, 0},
	{"pi", "refused", ST_CRASHED, "Connection error.", "", 0, 0, 0, 0, 0},
	{"pi", "reset", ST_CRASHED, "terminated", "these words are ", 0, 0, 0, 0, 0},
	{"pi", "resumeA-1", ST_CRASHED, "signal:9", "", 1, 100, 20, 0, 0},
	{"pi", "resumeA-2", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20, 0, 0},
	{"pi", "resumeA-3-missingfile", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20,
		0, 0},
	{"pi", "resumeC-1-hang", ST_CRASHED, "signal:9", "", 0, 0, 0, 0, 0},
	{"pi", "resumeC-2", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20, 0, 0},
	{"pi", "sigTERM-tool", ST_CRASHED, "exit:143", "", 1, 100, 20, 1, 0},
	{"pi", "text", ST_COMPLETED, "end", "Stub answer: all done.", 1, 100, 20, 0, 0},
	{"pi", "tool", ST_COMPLETED, "end", "Stub answer: file written.", 2, 200, 40, 0, 0},
	{"pi", "toolfail", ST_COMPLETED, "end", "Stub answer: the tool failed.", 2, 200, 40, 0, 0}
};

/* One reading: what was shown, what is known, the final text. */
struct stream_rules {
	char *shown;
	size_t nshown;
	struct progress p;
	char result[4096];
	size_t nresult;
};

static int failed;

static void
show(void *ctx, const char *s, size_t n)
{
	struct stream_rules *r = ctx;

	r->shown = realloc(r->shown, r->nshown + n + 1);
	if (!r->shown)
		exit(1);
	memcpy(r->shown + r->nshown, s, n);
	r->nshown += n;
	r->shown[r->nshown] = '\0';
}

static int
take(void *ctx, const char *s, size_t n)
{
	struct stream_rules *r = ctx;

	if (r->nresult + n >= sizeof r->result)
		return 1;
	memcpy(r->result + r->nresult, s, n);
	r->nresult += n;
	return 0;
}

static size_t
piece(size_t most, size_t left)
{
	size_t n = most ? most : (size_t)rand() % 300 + 1;

	return n < left ? n : left;
}

/* most: bytes fed at once, 0 random. */
static void
read_all(struct stream_rules *r, const struct agent *a, const char *s, size_t n, const char *err,
	size_t most)
{
	const long long now = 1795222000; /* when they were made */
	struct events *e = events_new(a, show, r);
	long long off, len;

	memset(r, 0, sizeof *r);
	if (!e)
		exit(1);
	for (size_t at = 0, k; at < n; at += k) {
		k = piece(most, n - at);
		events_feed(e, s + at, k, now);
	}
	for (const char *end; (end = strchr(err, '\n')); err = end + 1)
		events_stderr(e, err, (size_t)(end - err), now);
	events_eof(e, now);
	r->p = *events_progress(e);
	events_result_where(e, &off, &len);
	for (size_t at = 0, k; len > 0 && at < (size_t)len; at += k) {
		k = piece(most, (size_t)len - at);
		events_result_feed(e, s + off + at, k, take, r);
	}
	r->result[r->nresult] = '\0';
	if (strcmp(events_result_short(e), r->result) != 0) {
		printf("%s:%d: short %s, whole %s\n", __FILE__, __LINE__, events_result_short(e),
			r->result);
		failed = 1;
	}
	events_free(e);
}

static int
same(const struct stream_rules *a, const struct stream_rules *b)
{
	if (a->nshown != b->nshown || (a->nshown && strcmp(a->shown, b->shown) != 0) ||
		strcmp(a->result, b->result) != 0)
		return 0;
	return a->p.phase == b->p.phase && a->p.open_tools == b->p.open_tools &&
		a->p.turns == b->p.turns && a->p.tokens_in == b->p.tokens_in &&
		a->p.tokens_out == b->p.tokens_out &&
		a->p.events == b->p.events && a->p.ended == b->p.ended &&
			a->p.background == b->p.background && a->p.unfinished == b->p.unfinished &&
			a->p.failure == b->p.failure && a->p.resume_at == b->p.resume_at &&
		strcmp(a->p.tool, b->p.tool) == 0 && strcmp(a->p.text, b->p.text) == 0 &&
			strcmp(a->p.session, b->p.session) == 0 &&
			strcmp(a->p.error, b->p.error) == 0;
}

static char *
part(const struct recording *r, const char *what, size_t *n)
{
	char path[256];

	snprintf(path, sizeof path, "t/data/streams/%s/%s.%s", r->agent, r->name, what);
	return tree_file(path, n);
}

/* The wait status of the program: {"exit": 143, ...}, below 0 a signal. */
static int
wait_status(const struct recording *r)
{
	size_t n;
	char *s = part(r, "exit", &n), *p = strstr(s, "\"exit\":");
	int code = p ? atoi(p + 7) : 0;

	free(s);
	return code < 0 ? -code : code << 8;
}

static void
complain(const struct recording *r, const struct stream_rules *got, const struct outcome *o,
	const char *what)
{
	printf("%s:%d: %s %s: %s: %s (%s) at %lld, result '%s', %lld turns, %lld in, %lld out, %ld "
		"open\n%s", __FILE__, __LINE__, r->agent, r->name, what,
		status_word(o->status), o->reason, o->resume_at, got->result, got->p.turns,
			got->p.tokens_in, got->p.tokens_out, got->p.open_tools,
			got->shown ? got->shown : "");
	failed = 1;
}

static void
judge(const struct recording *r, const struct stream_rules *got)
{
	struct evidence e = {.wstatus = wait_status(r), .stream = 1, .ended = got->p.ended,
		.failure = got->p.failure, .unfinished = (int)got->p.unfinished,
		.error = got->p.error, .resume_at = got->p.resume_at,
		.fruitless = got->p.events == 0};
	struct outcome o;

	outcome_judge(&e, &o);
	if (o.status != r->status || strncmp(o.reason, r->reason, strlen(r->reason)) != 0 ||
		o.resume_at != r->resume_at)
		complain(r, got, &o, "judged wrongly");
	if (strcmp(got->result, r->result) != 0)
		complain(r, got, &o, "another result");
	if (got->p.turns != r->turns || got->p.tokens_in != r->in || got->p.tokens_out != r->out ||
		got->p.open_tools != r->open)
		complain(r, got, &o, "other figures");
	if ((o.status == ST_COMPLETED) != (o.exit_code == 0))
		complain(r, got, &o, "exit code");
}

int
main(void)
{
	setenv("TZ", "UTC0", 1);
	srand(11);
	for (size_t i = 0; i < sizeof recordings / sizeof recordings[0]; i++) {
		const struct recording *r = &recordings[i];
		struct agent *a = tree_agent(r->agent);
		size_t n, nerr;
		char *s = part(r, "stdout.jsonl", &n), *err = part(r, "stderr", &nerr);
		struct stream_rules whole, other;
		static const size_t most[] = {1, 7, 4096, 0, 0, 0};

		read_all(&whole, a, s, n, err, n);
		judge(r, &whole);
		for (size_t k = 0; k < sizeof most / sizeof most[0]; k++) {
			read_all(&other, a, s, n, err, most[k]);
			if (!same(&whole, &other)) {
				printf("%s:%d: %s %s: pieces of %zu give\n%s\nnot\n%s\n", __FILE__,
					__LINE__, r->agent, r->name, most[k], other.shown,
					whole.shown);
				failed = 1;
			}
			free(other.shown);
		}
		free(whole.shown);
		free(s);
		free(err);
		agent_free(a);
	}
	if (!failed)
		puts("replay: ok");
	return failed;
}
