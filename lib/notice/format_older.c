/* format_older - an event in the words of older supervisors */
#include "notice/format_older.h"

#include <stdio.h>
#include <string.h>

static const struct pair {
	const char *ours, *theirs;
} exact[] = {
	{"Stop", "stopped:end_turn:prompt_back"},
	{"Stop:end_turn", "stopped:end_turn:prompt_back"},
	{"completed", "stopped:end_turn:prompt_back"},
	{"stopped", "stopped"},
	{"hung", "stopped:hung"},
	{"abandoned", "stopped:abandoned"},
	{"limited", "error:rate_limit"},
	{"crashed", "stopped:crashed"},
	{"waiting_for_input", "notification:idle"},
	{"Notification:permission_prompt", "notification:permission"},
	{"Notification:idle_prompt", "notification:idle"},
	{"StopFailure:server_error", "error:api_500"},
	{"StopFailure", "error:unknown"},
	{"PostToolUseFailure", "error:unknown"},
}, begun[] = {
	{"Stop:", "stopped:"},
	{"StopFailure:", "error:"},
	{"PostToolUseFailure:", "error:"},
	{"Notification:", "notification:"},
};

/* Whether s is an HTTP status from 400 to 599, or begins with one as a word. */
static int
status(const char *s)
{
	return (*s == '4' || *s == '5') && strspn(s, "0123456789") == 3 && (!s[3] || s[3] == ' ');
}

void
format_older_event(const char *event, const char *reason, char *buf, size_t size)
{
	if (!strcmp(event, "failed")) {
		snprintf(buf, size, "error:%s%.*s", status(reason) ? "api_" : "failed",
			status(reason) ? 3 : 0, reason);
		return;
	}
	for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
		if (!strcmp(event, exact[i].ours)) {
			snprintf(buf, size, "%s", exact[i].theirs);
			return;
		}
	for (size_t i = 0; i < sizeof begun / sizeof *begun; i++) {
		size_t n = strlen(begun[i].ours);
		const char *word = event + n;

		if (strncmp(event, begun[i].ours, n))
			continue;
		snprintf(buf, size, "%s%s%s", begun[i].theirs, status(word) ? "api_" : "", word);
		return;
	}
	snprintf(buf, size, "%s", event);
}
