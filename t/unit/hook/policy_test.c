/* policy, payload, failures - every row of the table, every payload that was recorded */
#include "agent/rate_limit.h"
#include "hook/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/failures.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x, ""))

static _Noreturn void
fail(int line, const char *what, const char *with)
{
	fprintf(stderr, "policy_test.c:%d: %s %s\n", line, what, with);
	exit(1);
}

static struct payload payload;

static const struct payload *
take(const char *json, size_t n, size_t piece)
{
	struct payload_reader r;

	payload_begin(&r, &payload);
	for (size_t i = 0; i < n; i += piece)
		payload_feed(&r, json + i, n - i < piece ? n - i : piece);
	payload_end(&r);
	return &payload;
}

static const struct payload *
text(const char *json)
{
	return take(json, strlen(json), 4096);
}

enum { R = POLICY_RECORD, T = POLICY_TRIAGE, F = POLICY_FAILURE, E = POLICY_ESCALATE };

#define EVENT(name, fields) "{\"hook_event_name\":\"" name "\"" fields "}"
#define S(key, value) ",\"" key "\":\"" value "\""

static const struct {
	const char *json;
	int headless, interactive;
	const char *event;
} rows[] = {
	{ EVENT("Stop", S("stop_reason", "max_tokens")), T, T, "Stop:max_tokens" },
	{ EVENT("Stop", ",\"stop_hook_active\":false"), R, T, "Stop" },
	{ EVENT("Stop", S("stop_reason", "end_turn")), R, T, "Stop:end_turn" },
	{ EVENT("Stop", ",\"background_tasks\":[{\"id\":\"b1\",\"status\":\"running\"}]"
	        ",\"session_crons\":[]"), R, R, "Stop:background" },
	{ "{\"session_crons\":[{\"id\":\"x\",\"a\":[1,{}]}],\"background_tasks\":[],"
	  "\"hook_event_name\":\"Stop\"}", R, R, "Stop:background" },
	{ EVENT("Stop",
	        ",\"background_tasks\":[],\"session_crons\":[]" S("last_assistant_message", "x")),
	  R, T, "Stop" },
	{ EVENT("Stop", ",\"background_tasks\":{\"a\":{}},\"session_crons\":null,\"x\":[{}]"), R, T,
	  "Stop" },
	{ EVENT("Stop", S("stop_reason", "max_tokens") ",\"background_tasks\":[{}]"), T, T,
	  "Stop:max_tokens" },
	{ "{\"type\":\"agent-turn-complete\",\"thread-id\":\"1\"}", R, T, "Stop" },
	{ EVENT("StopFailure", S("error", "rate_limit")), R, R, "StopFailure:rate_limit" },
	{ EVENT("StopFailure", S("error", "overloaded")), R, R, "StopFailure:overloaded" },
	{ EVENT("StopFailure", S("error", "server_error")), T, T, "StopFailure:server_error" },
	{ EVENT("StopFailure", S("error", "max_output_tokens")), T, T,
	  "StopFailure:max_output_tokens" },
	{ EVENT("StopFailure", S("error", "unknown")), T, T, "StopFailure:unknown" },
	{ EVENT("StopFailure", S("error", "something_new")), T, T, "StopFailure:something_new" },
	{ EVENT("StopFailure",
	        S("error", "unknown") S("last_assistant_message", "API Error: 400 no")), E, E,
	        "StopFailure:400" },
	{ EVENT("StopFailure",
	        S("error", "unknown") S("error_details", "429 slow down")
	        S("last_assistant_message", "API Error: 400")), R, R,
	        "StopFailure:429" },
	{ EVENT("StopFailure", S("error", "unknown") S("error_details", "408 timeout")), T, T,
	  "StopFailure:unknown" },
	{ EVENT("StopFailure", S("error_details", "504 gateway")), T, T, "StopFailure:504" },
	{ EVENT("StopFailure", S("error", "server_error") S("error_details", "404")), T, T,
	  "StopFailure:server_error" },
	{ EVENT("StopFailure", ""), T, T, "StopFailure" },
	{ EVENT("StopFailure", S("error", "authentication_failed")), E, E,
	  "StopFailure:authentication_failed" },
	{ EVENT("StopFailure", S("error", "oauth_org_not_allowed")), E, E,
	  "StopFailure:oauth_org_not_allowed" },
	{ EVENT("StopFailure", S("error", "billing_error")), E, E, "StopFailure:billing_error" },
	{ EVENT("StopFailure", S("error", "model_not_found")), E, E,
	  "StopFailure:model_not_found" },
	{ EVENT("StopFailure", S("error", "invalid_request")), E, E,
	  "StopFailure:invalid_request" },
	{ EVENT("PostToolUseFailure",
	        S("tool_name", "Bash") S("error", "x") ",\"is_interrupt\":true"), R, R,
	        "PostToolUseFailure:interrupt" },
	{ EVENT("PostToolUseFailure",
	        S("tool_name", "WebFetch") S("error", "Request failed with status code 429")), R, R,
	        "PostToolUseFailure:429" },
	{ EVENT("PostToolUseFailure",
	        S("tool_name", "WebFetch") S("error", "403: API rate limit exceeded")), R, R,
	        "PostToolUseFailure:429" },
	{ EVENT("PostToolUseFailure",
	        S("tool_name", "WebFetch") S("error", "HTTP 503 from the rate limiter")), F, F,
	        "PostToolUseFailure:503" },
	{ EVENT("PostToolUseFailure",
	        S("tool_name", "Bash") S("error", "Exit code 2\\nline 1429: syntax error")), F, F,
	        "PostToolUseFailure:Bash" },
	{ EVENT("StopFailure",
	        S("error", "unknown") S("error_details", "You've hit your usage limit")), R, R,
	        "StopFailure:429" },
	{ EVENT("PostToolUseFailure",
	        S("tool_name", "WebFetch") S("error", "Request failed with status code 503")), F, F,
	        "PostToolUseFailure:503" },
	{ EVENT("PostToolUseFailure",
	        S("tool_name", "Bash")
	        S("error", "Exit code 22\\ncurl: (22) The requested URL returned error: 500")
	        ",\"is_interrupt\":false"), F, F, "PostToolUseFailure:500" },
	{ EVENT("PostToolUseFailure", S("tool_name", "Bash") S("error", "Exit code 3\\noops")), F,
	  F, "PostToolUseFailure:Bash" },
	{ EVENT("PostToolUseFailure", S("tool_name", "-x /tmp") S("error", "404")), F, F,
	  "PostToolUseFailure:-x__tmp" },
	{ EVENT("PostToolUseFailure", ""), F, F, "PostToolUseFailure" },
	{ EVENT("Notification", S("notification_type", "auth_success")), R, R,
	  "Notification:auth_success" },
	{ EVENT("Notification", S("notification_type", "permission_prompt")), T, T,
	  "Notification:permission_prompt" },
	{ EVENT("Notification", S("notification_type", "elicitation_dialog")), T, T,
	  "Notification:elicitation_dialog" },
	{ EVENT("Notification", S("notification_type", "elicitation")), T, T,
	  "Notification:elicitation" },
	{ EVENT("Notification", S("notification_type", "agent_needs_input")), T, T,
	  "Notification:agent_needs_input" },
	{ EVENT("Notification", S("notification_type", "idle_prompt")), T, T,
	  "Notification:idle_prompt" },
	{ EVENT("Notification", S("notification_type", "agent_completed")), R, R,
	  "Notification:agent_completed" },
	{ EVENT("Notification", S("message", "hm")), R, R, "Notification" },
	{ EVENT("SessionStart", S("source", "resume")), R, R, "SessionStart:resume" },
	{ EVENT("SessionEnd", S("reason", "other")), R, R, "SessionEnd:other" },
	{ EVENT("NeverHeardOf", ""), R, R, "NeverHeardOf" },
	{ EVENT("Stop; rm -rf /", ""), R, R, "Stop__rm_-rf__" },
	{ "{}", R, R, "unknown" },
	{ "not JSON", R, R, "unknown" },
	{ "", R, R, "unknown" },
};

static void
every_row_of_the_table(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ruling r;

		policy_decide(text(rows[i].json), 0, 0, &r);
		if ((int)r.what != rows[i].headless || strcmp(r.event, rows[i].event))
			fail(__LINE__, r.event, rows[i].json);
		if (r.what == POLICY_ESCALATE && !*r.need)
			fail(__LINE__, "the person is not told what to do", rows[i].json);
		policy_decide(&payload, 1, 0, &r);
		if ((int)r.what != rows[i].interactive || strcmp(r.event, rows[i].event))
			fail(__LINE__, r.event, rows[i].json);
		policy_decide(&payload, 0, 1, &r); /* another conversation's */
		CHECK(r.what == POLICY_RECORD && r.stranger);
	}
}

/* What each recorded payload comes to, in order: headless/interactive. */
static void
every_recorded_payload(void)
{
	static const struct { const char *file, *all; } recordings[] = {
		{ "claude-hooks/compact.jsonl", "r r r r r r rt r r r r r r r " },
		{ "claude-hooks/e400.jsonl", "r r r r e " },
		{ "claude-hooks/e403.jsonl", "r r r e r " },
		{ "claude-hooks/e500.jsonl", "r r r t r " },
		{ "claude-hooks/maxturns.jsonl", "r r r r r r r r r " },
		{ "claude-hooks/sigterm.jsonl", "r r r r " },
		{ "claude-hooks/tool.jsonl", "r r r r r r rt r " },
		{ "claude-hooks/toolfail2.jsonl", "r r r f r r f r r rt r " },
		{ "claude-hooks/tui.jsonl", "r r r r t r r rt r r t r " },
		{ "codex-hooks/e400.jsonl", "r r r " },
		{ "codex-hooks/notify.jsonl", "rt " },
		{ "codex-hooks/toolfail.jsonl", "r r r r rt r " },
	};
	static const char letters[] = "rtfe";
	static char line[65536];

	for (size_t i = 0; i < sizeof recordings / sizeof *recordings; i++) {
		char path[256], got[512] = "";
		FILE *f;

		snprintf(path, sizeof path, "t/data/streams/%s", recordings[i].file);
		if (!(f = fopen(path, "r")))
			fail(__LINE__, "open", path);
		while (fgets(line, sizeof line, f)) {
			struct ruling h, in;
			const struct payload *p = text(line);

			CHECK(p->whole && *p->event && *p->session && *p->cwd == '/');
			policy_decide(p, 0, 0, &h);
			policy_decide(p, 1, 0, &in);
			sprintf(got + strlen(got), h.what == in.what ? "%c " : "%c%c ",
			        letters[h.what], letters[in.what]);
		}
		fclose(f);
		if (strcmp(got, recordings[i].all))
			fail(__LINE__, got, path);
	}
}

static void
a_status_is_one_where_a_word_announces_it(void)
{
	static const struct { const char *text; int code; } all[] = {
		{ "429", 429 }, { "429 Too Many Requests", 429 }, { "API Error: 529 {}", 529 },
		{ "HTTP/1.1 503 Service Unavailable", 503 }, { "status: 500", 500 },
		{ "{\"status\":502}", 502 },
		{ "Status Code=504", 504 }, { "error (500)", 500 }, { "Error[503]", 503 },
		{ "rejected 429", 429 },
		{ "line 500", 0 }, { "Exit code 5000", 0 }, { "error 50", 0 },
		{ "port 4290 error", 0 }, { "127.0.0.1:500", 0 }, { "", 0 }, { "error: 1503", 0 },
		{ "Exit code 3\n500 files", 0 },
		{ "line 500: error 429", 429 },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (policy_code(all[i].text) != all[i].code)
			fail(__LINE__, "another code in:", all[i].text);
}

static void
too_much_was_asked(void)
{
	static const char *const yes[] = {
		"HTTP 429", "API 429 rate limit", "API 429", "rate limit exceeded",
		"rate_limit_error: Too many requests", "429", "429 Too Many Requests",
		"Request failed with status code 429", "got 429", "Got a 429 from api.example.com",
		"the server returned 429", "server responded with a 429", "returned HTTP/2 429",
		"status: 429", "{\"status\":429}", "statusCode=429,", "status_code: 429",
		"Request failed: 429", "fetch failed (429)", "HTTP Error 429: Too Many Requests",
		"Exit code 22\ncurl: (22) The requested URL returned error: 429",
		"npm ERR! 429 Too Many Requests - GET http://127.0.0.1/x",
		"ERROR 429: Too Many Requests.",
		"requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: x",
		"toomanyrequests: You have reached your pull rate limit.",
		"GraphQL: API rate limit exceeded for user ID 1.",
		"gh: You have exceeded a secondary rate limit", "openai.RateLimitError: slow down",
		"Rate limited, retry later",
		"rate-limited by upstream", "ThrottlingException: Rate exceeded",
		"TooManyRequestsException", "Request was throttled.", "RESOURCE_EXHAUSTED",
		"Resource has been exhausted",
		"code: 'API_RATE_LIMIT_EXCEEDED'", "error code RATE_LIMITED",
		"You've hit your usage limit", "Error: 429", "HTTP429",
		"Exit code 1\nline 1429: HTTP 429", "status was 429"
	};
	static const char *const no[] = {
		"", "line 1429", "Exit code 1\nsrc/a.c:429: undefined reference", "line 429",
		"Exit code 1\n429 files changed", "4290", "HTTP 4290", "error 42900",
		"got 429 results",
		"returned 429 rows", "Tests: 429 failed, 3 passed", "passed: 10, failed: 429",
		"FAILED tests/test_rate_limit.py::test_it", "test_rate_limit_exceeded failed",
		"src/rate-limit.ts:12: x is not a function", "cannot import name rate_limit_store",
		"port 429", "127.0.0.1:429", "429 of 1000 tests", "v1.429.0", "0.429",
		"took 429 ms",
		"HTTP 500", "Exit code 3\noops", "a 429-page book", "processed with 429 errors",
		"429th request"
	};

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (!rate_limit_said(yes[i]))
			fail(__LINE__, "not seen:", yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (rate_limit_said(no[i]))
			fail(__LINE__, "seen where it is not:", no[i]);
}

static void
a_payload_is_the_same_in_any_split(void)
{
	static const char json[] =
		"\n{\"tool_input\":{\"cwd\":\"/wrong\",\"a\":[1,{\"session_id\":\"x\"}]},"
		"\"session_id\":\"a-b\",\"cwd\":\"/\\u00e9 \\ud83d\\ude00\","
		"\"error\":\"o\\n\\u0000\\\"ps\",\"is_interrupt\":false,\"message\":null,"
		"\"n\":-1.5e3}";
	struct payload whole = *text(json);

	CHECK(whole.whole && !strcmp(whole.cwd, "/\xc3\xa9 \xf0\x9f\x98\x80") &&
	      !strcmp(whole.session, "a-b") && !strcmp(whole.error, "o\n\"ps") &&
	      !strcmp(whole.interrupt, "false"));
	for (size_t piece = 1; piece < sizeof json; piece++)
		CHECK(!memcmp(take(json, sizeof json - 1, piece), &whole, sizeof whole));
}

static void
large_and_broken_payloads_yield_what_is_in_them(void)
{
	size_t n = 10 * 1024 * 1024;
	char *s = malloc(n + 256);
	size_t head;

	CHECK(s);
	head = (size_t)sprintf(s, "{\"cwd\":\"/x\",\"error\":\"");
	memset(s + head, 'e', n);
	strcpy(s + head + n, "\",\"hook_event_name\":\"PostToolUseFailure\",\"tool_name\":\"T\"}");
	CHECK(take(s, strlen(s), 65536)->whole && !strcmp(payload.event, "PostToolUseFailure") &&
	      strlen(payload.error) == PAYLOAD_TEXT - 1);
	unsigned long long failure = payload.failure;
	s[head + n - 1] = 'f'; /* the hash is of the whole error, not of the part that is kept */
	CHECK(take(s, strlen(s), 65536)->failure != failure);
	free(s);
	CHECK(!text("{\"hook_event_name\":\"StopFailure\",\"error\":\"billing_error\"")->whole &&
	      !strcmp(payload.error, "billing_error"));
	CHECK(!text("[{\"hook_event_name\":\"Stop\"}]")->whole && !*payload.event);
	CHECK(!text("\x1b[31mred")->whole && !strcmp(payload.raw, "\x1b[31mred"));
	CHECK(!text("{\"hook_event_name\":{\"a\":1},\"cwd\":[1],\"error\":17}")->cwd[0] &&
	      !*payload.event && !strcmp(payload.error, "17"));
	text(EVENT("Stop", S("hook_event_name", "SessionEnd") S("type", "x")));
	CHECK(!strcmp(payload.event, "SessionEnd"));
}

static void
failures_are_counted(void)
{
	struct failures s = { 0 }, t;
	char buf[FAILURES_SIZE];
	int told = 0;

	CHECK(failures_add(&s, 7, 1000) == FAILURES_ASK);
	CHECK(failures_add(&s, 7, 1001) == FAILURES_LATER);
	CHECK(failures_add(&s, 7, 1002) == FAILURES_TELL);
	CHECK(failures_add(&s, 7, 1003) == FAILURES_LATER);
	CHECK(failures_add(&s, 8, 1059) == FAILURES_LATER); /* another one, in the same minute */
	CHECK(failures_add(&s, 7, 1060) == FAILURES_ASK);
	CHECK(failures_add(&s, 7, 10) == FAILURES_ASK);     /* the clock was set back */
	failures_text(&s, buf);
	failures_parse(&t, buf);
	CHECK(!memcmp(&s, &t, sizeof s));
	for (int i = 0; i < 100; i++)
		told += failures_add(&t, 9, 1000) == FAILURES_TELL;
	CHECK(told == 6); /* 3 6 12 24 48 96 */
	failures_parse(&t, "count=-5\nnonsense\nerror=zz\n\nseen_at=12");
	CHECK(t.count == 0 && t.error == 0 && t.seen_at == 12);
	failures_parse(&t, "");
	CHECK(failures_add(&t, 0, 5) == FAILURES_ASK && failures_add(&t, 0, 6) == FAILURES_LATER &&
	      failures_add(&t, 0, 6) == FAILURES_TELL);
}

static void
the_same_event_twice_is_one(void)
{
	struct failures s = { 0 };

	CHECK(!failures_twice(&s, 5, 100));
	CHECK(failures_twice(&s, 5, 100) && failures_twice(&s, 5, 104));
	CHECK(!failures_twice(&s, 6, 104) && !failures_twice(&s, 5, 104) &&
	      !failures_twice(&s, 5, 109));
}

int
main(void)
{
	every_row_of_the_table();
	every_recorded_payload();
	a_status_is_one_where_a_word_announces_it();
	too_much_was_asked();
	a_payload_is_the_same_in_any_split();
	large_and_broken_payloads_yield_what_is_in_them();
	failures_are_counted();
	the_same_event_twice_is_one();
	puts("policy: ok");
	return 0;
}
