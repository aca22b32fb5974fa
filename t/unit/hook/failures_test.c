/* failures: each sentence of t/data/streams/failures.tsv, as its agent gives it, judged rightly */
#include "base/clock.h"
#include "events/events.h"
#include "task/status.h"
#include "wrap/outcome.h"
#include "../tree_files.h"

enum { EXIT_1 = 1 << 8, COLUMNS = 6, EVENT = 4096 };

struct row {
	char *agent, *status, *kind, *code, *seconds, *text;
};

static int failed;

static void
ignore(void *ctx, const char *s, size_t n)
{
	(void)ctx;
	(void)s;
	(void)n;
}

static void
quote(char *dst, const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			*dst++ = '\\';
		*dst++ = *s;
	}
	*dst = '\0';
}

/* What the program of that name prints when its request ends so. */
static void
say(const struct row *r, char *buf, size_t size)
{
	char text[EVENT];

	quote(text, r->text);
	if (strcmp(r->agent, "claude") == 0)
		snprintf(buf, size,
			"{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"x\"}\n"
			"{\"type\":\"assistant\",\"error\":\"%s\",\"message\":{\"model\":\"<"
			"synthetic>\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}}\n"
			"{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":true,\"api_"
			"error_status\":%s,\"num_turns\":1,\"result\":\"%s\"}\n",
			r->kind, text, *r->code ? r->code : "null", text);
	else if (strcmp(r->agent, "codex") == 0)
		snprintf(buf, size,
			"{\"type\":\"thread.started\",\"thread_id\":\"t\"}\n{\"type\":\"turn."
			"started\"}\n{\"type\":\"error\",\"message\":\"%s\"}\n"
			"{\"type\":\"turn.failed\",\"error\":{\"message\":\"%s\"}}\n",
			text, text);
	else if (strcmp(r->agent, "opencode") == 0)
		snprintf(buf, size,
			"{\"type\":\"error\",\"sessionID\":\"ses_1\",\"error\":{\"name\":\"%s\","
			"\"data\":{\"message\":\"%s\"%s%s}}}\n",
			r->kind, text, *r->code ? ",\"statusCode\":" : "", r->code);
	else
		snprintf(buf, size,
			"{\"type\":\"session\",\"id\":\"x\"}\n{\"type\":\"message_end\","
			"\"message\":{\"role\":\"assistant\",\"content\":[],"
			"\"stopReason\":\"error\",\"errorMessage\":\"%s\",\"usage\":{"
			"\"totalTokens\":0}}}\n",
			text);
}

/* "" wants no time, "FROM-TO" one so many seconds ahead. */
static int
in_time(const char *seconds, long long ahead)
{
	char *end;
	long long from = strtoll(seconds, &end, 10);

	return *seconds ? ahead >= from && ahead <= strtoll(end + 1, NULL, 10) : ahead == 0;
}

static void
judge(const struct row *r, int line, long long now)
{
	struct agent *a = tree_agent(r->agent);
	struct events *e = events_new(a, ignore, NULL);
	const struct progress *p;
	struct outcome o;
	char buf[3 * EVENT];
	long long ahead;

	if (!e)
		exit(1);
	say(r, buf, sizeof buf);
	events_feed(e, buf, strlen(buf), now);
	events_eof(e, now);
	p = events_progress(e);
	outcome_judge(&(struct evidence){.wstatus = EXIT_1,
			      .stream = 1,
			      .ended = p->ended,
			      .failure = p->failure,
			      .error = p->error,
			      .resume_at = p->resume_at},
		&o);
	ahead = o.resume_at ? o.resume_at - now : 0;
	if (strcmp(status_word(o.status), r->status) != 0 || !in_time(r->seconds, ahead)) {
		printf("failures.tsv:%d: %s %s/%s: %s in %lld s, not %s in %s s: %s\n", line,
			r->agent, r->kind, r->code, status_word(o.status), ahead, r->status,
			r->seconds, r->text);
		failed = 1;
	}
	events_free(e);
	agent_free(a);
}

/* Events of a limit, of its end, of an account that pays for more; and a 429 without a time. */
static void
events_of_limits(void)
{
#define LIMIT(rest) "{\"type\":\"rate_limit_event\",\"rate_limit_info\":{" rest "}}\n"
#define REJECTED "\"status\":\"rejected\",\"rateLimitType\":\"five_hour\""
	static const struct {
		const char *what, *events;
		enum failure class;
		long long at;
	} cases[] = {{"until when", LIMIT(REJECTED ",\"isUsingOverage\":false,\"resetsAt\":5000"),
			     FAIL_LIMITED, 5000},
		{"not until when", LIMIT(REJECTED ",\"isUsingOverage\":false"), FAIL_LIMITED, 0},
		{"an older one", LIMIT(REJECTED), FAIL_LIMITED, 0},
		{"extra usage",
			LIMIT(REJECTED ",\"isUsingOverage\":true,\"overageStatus\":\"allowed\","
				       "\"resetsAt\":5000"),
			FAIL_TRANSIENT, 0},
		{"extra usage, soon used up",
			LIMIT(REJECTED ",\"isUsingOverage\":true,\"overageStatus\":\"allowed_"
				       "warning\",\"resetsAt\":5000"),
			FAIL_TRANSIENT, 0},
		{"extra usage is used up",
			LIMIT(REJECTED ",\"isUsingOverage\":true,\"overageStatus\":\"rejected\","
				       "\"resetsAt\":5000"),
			FAIL_LIMITED, 5000},
		{"extra usage comes",
			LIMIT(REJECTED ",\"isUsingOverage\":false,\"resetsAt\":5000") LIMIT(
				REJECTED ",\"isUsingOverage\":true,\"overageStatus\":\"allowed\""),
			FAIL_TRANSIENT, 0},
		{"over",
			LIMIT(REJECTED ",\"isUsingOverage\":false,\"resetsAt\":5000")
				LIMIT("\"status\":\"allowed\""),
			FAIL_TRANSIENT, 0},
		{"none", "", FAIL_TRANSIENT, 0}};
	static const char failure[] =
		"{\"type\":\"assistant\",\"error\":\"rate_limit\",\"message\":{\"model\":\"<"
		"synthetic>\",\"content\":[{\"type\":\"text\",\"text\":"
		"\"API Error: Request rejected (429) · This request would exceed your account's "
		"rate limit. Please try again later.\"}]}}\n";
	struct agent *a = tree_agent("claude");

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (int late = 0; late < 2; late++) { /* before the failure, or behind it */
			struct events *e = events_new(a, ignore, NULL);
			const struct progress *p;

			if (!e)
				exit(1);
			events_feed(e, late ? failure : cases[i].events,
				strlen(late ? failure : cases[i].events), 1000);
			events_feed(e, late ? cases[i].events : failure,
				strlen(late ? cases[i].events : failure), 1000);
			events_eof(e, 1000);
			p = events_progress(e);
			if (p->failure != cases[i].class || p->resume_at != cases[i].at) {
				printf("%s:%d: %s (%d): class %d at %lld\n", __FILE__, __LINE__,
					cases[i].what, late, (int)p->failure, p->resume_at);
				failed = 1;
			}
			events_free(e);
		}
	agent_free(a);
}

static void
judge_line(char *s, int line, long long now)
{
	char *f[COLUMNS];

	for (int i = 0; i < COLUMNS; i++) {
		f[i] = s;
		s += strcspn(s, "\t");
		if (!*s && i < COLUMNS - 1) {
			printf("failures.tsv:%d: %d columns, not %d\n", line, i + 1, COLUMNS);
			exit(1);
		}
		if (i < COLUMNS - 1)
			*s++ = '\0';
	}
	judge(&(struct row){f[0], f[1], f[2], f[3], f[4], f[5]}, line, now);
}

int
main(void)
{
	long long now = clock_epoch(2026, 11, 27, 17, 0, 0);
	size_t n;
	char *table = tree_file("t/data/streams/failures.tsv", &n), *s = table, *end;
	int line = 1;

	setenv("TZ", "UTC0", 1);
	for (; (end = strchr(s, '\n')); s = end + 1, line++) {
		*end = '\0';
		if (*s && *s != '#')
			judge_line(s, line, now);
	}
	free(table);
	events_of_limits();
	if (!failed)
		puts("failures: ok");
	return failed;
}
