/* policy - decides what to do about an agent's event: the first row that fits */
#include "hook/policy.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/rate_limit.h"

enum event { STOP, STOP_FAILURE, TOOL_FAILURE, NOTIFICATION, OTHER };
enum mode { ANY, INTERACTIVE, HEADLESS };

static const char names[][20] = { "Stop", "StopFailure", "PostToolUseFailure", "Notification" };

#define ACCOUNT "a look at the account, then rca-launch -r"
#define REQUEST "another request: this one is refused each time"

/* word: what stands after the event's name; "auth_*" is a prefix, "*" fits every word. */
static const struct row {
	unsigned char event;
	char word[22];
	unsigned char mode, what;
	const char *need; /* of a person */
} rows[] = {
	{ STOP, "max_tokens", ANY, POLICY_TRIAGE, "" },
	/* The background work wakes the agent; if it does not, idle_prompt comes. */
	{ STOP, "background", ANY, POLICY_RECORD, "" },
	{ STOP, "*", INTERACTIVE, POLICY_TRIAGE, "" },
	{ STOP, "*", HEADLESS, POLICY_RECORD, "" },
	{ STOP_FAILURE, "rate_limit", ANY, POLICY_RECORD, "" },
	{ STOP_FAILURE, "overloaded", ANY, POLICY_RECORD, "" },
	{ STOP_FAILURE, "authentication*", ANY, POLICY_ESCALATE,
	  "a login or a valid key, then rca-launch -r" },
	{ STOP_FAILURE, "oauth_org_not_allowed", ANY, POLICY_ESCALATE, ACCOUNT },
	{ STOP_FAILURE, "billing*", ANY, POLICY_ESCALATE, ACCOUNT },
	{ STOP_FAILURE, "model_not_found", ANY, POLICY_ESCALATE,
	  "a model that this account can use" },
	{ STOP_FAILURE, "invalid_request", ANY, POLICY_ESCALATE, REQUEST },
	{ STOP_FAILURE, "429", ANY, POLICY_RECORD, "" },
	{ STOP_FAILURE, "4*", ANY, POLICY_ESCALATE, REQUEST },
	/* server_error, max_output_tokens, unknown, and words that came after this table */
	{ STOP_FAILURE, "*", ANY, POLICY_TRIAGE, "" },
	{ TOOL_FAILURE, "interrupt", ANY, POLICY_RECORD, "" },
	{ TOOL_FAILURE, "429", ANY, POLICY_RECORD, "" },
	{ TOOL_FAILURE, "*", ANY, POLICY_FAILURE, "" },
	{ NOTIFICATION, "auth_*", ANY, POLICY_RECORD, "" },
	{ NOTIFICATION, "permission_prompt", ANY, POLICY_TRIAGE, "" },
	{ NOTIFICATION, "elicitation", ANY, POLICY_TRIAGE, "" },
	{ NOTIFICATION, "elicitation_dialog", ANY, POLICY_TRIAGE, "" },
	{ NOTIFICATION, "agent_needs_input", ANY, POLICY_TRIAGE, "" },
	{ NOTIFICATION, "idle_prompt", ANY, POLICY_TRIAGE, "" },
	{ NOTIFICATION, "*", ANY, POLICY_RECORD, "" },
	{ OTHER, "*", ANY, POLICY_RECORD, "" },
};

static int
fits(const char *pattern, const char *s)
{
	size_t n = strcspn(pattern, "*");

	return pattern[n] ? !strncmp(pattern, s, n) : !strcmp(pattern, s);
}

static int
ends(const char *s, size_t n, const char *word)
{
	size_t k = strlen(word);

	return n >= k && !strncasecmp(s + n - k, word, k);
}

/* The word before a number tells a status from a port or a line number. */
static int
announced(const char *s, size_t n)
{
	static const char words[][9] = {
		"status", "code", "error", "rejected", "http", "https", "http/1.0", "http/1.1",
		"http/2", "http/2.0", "http/3"
	};

	while (n > 0 && strchr(" :=([]\t\"", s[n - 1]))
		n--;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (ends(s, n, words[i]))
			return 1;
	return n == 0;
}

static int
digit(char c)
{
	return c >= '0' && c <= '9';
}

int
policy_code(const char *text)
{
	for (const char *p = text; *p; p++) {
		if ((*p != '4' && *p != '5') || !digit(p[1]) || !digit(p[2]) || digit(p[3]))
			continue;
		if ((p == text || !digit(p[-1])) && announced(text, (size_t)(p - text)))
			return (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	}
	return 0;
}

static enum event
which(const char *name)
{
	int e = 0;

	while (e < OTHER && strcmp(names[e], name))
		e++;
	return (enum event)e;
}

/*
 * The HTTP status of a failure. A StopFailure is asked for it only where the agent has no word of
 * its own; 408, 409 and 425 pass by themselves and count as none.
 */
static int
status(const struct payload *p, enum event e)
{
	int code = 0;

	if (e == TOOL_FAILURE) {
		code = policy_code(p->error);
		return code < 500 && rate_limit_said(p->error) ? 429 : code;
	}
	if (e != STOP_FAILURE || (*p->error && strcmp(p->error, "unknown")))
		return 0;
	if (!(code = policy_code(p->details)))
		code = policy_code(p->said);
	if (code < 500 && (rate_limit_said(p->details) || (!code && rate_limit_said(p->said))))
		code = 429;
	return code == 408 || code == 409 || code == 425 ? 0 : code;
}

/* The word after the event's name. */
static void
event_word(const struct payload *p, enum event e, char word[PAYLOAD_WORD])
{
	int code = status(p, e);
	char number[16] = "";
	const char *const own[] = {
		[STOP] = p->stop, [STOP_FAILURE] = p->error, [TOOL_FAILURE] = p->tool,
		[NOTIFICATION] = p->notice, [OTHER] = p->kind
	};
	const char *s = own[e];
	size_t n;

	if (e == TOOL_FAILURE && !strcmp(p->interrupt, "true"))
		s = "interrupt";
	else if (code == 429 || code >= 500 || (code && e == STOP_FAILURE))
		snprintf(number, sizeof number, "%d", code);
	else if (e == STOP && p->background > 0 && strcmp(s, "max_tokens"))
		s = "background";
	if (*number)
		s = number;
	n = e == STOP_FAILURE ? strspn(s, "abcdefghijklmnopqrstuvwxyz_0123456789") : strlen(s);
	snprintf(word, PAYLOAD_WORD, "%.*s", (int)n, s);
}

void
policy_decide(const struct payload *p, int interactive, int stranger, struct ruling *r)
{
	/* codex's notify calls a Stop agent-turn-complete. */
	const char *name = strcmp(p->event, "agent-turn-complete") ? p->event : names[STOP];
	enum event e = which(name);
	char word[PAYLOAD_WORD];
	const struct row *row = rows;

	event_word(p, e, word);
	while (row->event != e || !fits(row->word, word) ||
	       row->mode == (interactive ? HEADLESS : INTERACTIVE))
		row++; /* ends: each event has a row that fits every word */
	r->stranger = stranger;
	r->what = stranger ? POLICY_RECORD : row->what;
	r->need = row->need;
	snprintf(r->event, sizeof r->event, "%s%s%s", *name ? name : "unknown", *word ? ":" : "",
	         word);
}

const char *
policy_word(enum decision d)
{
	static const char words[][9] = { "record", "triage", "failure", "escalate" };

	return words[d];
}
