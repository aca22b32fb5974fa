/* advice - what a person does next about a task */
#include "task/advice.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "text/strip.h"

static int
has_any(const char *s, const char *const words[])
{
	while (*words && !strstr(s, *words))
		words++;
	return *words != NULL;
}

const char *
advice_trouble(const char *event, const char *status, const char *reason)
{
	static const char *const login[] = {
		"auth", "login", "401", "403", "API key", "api key", "api-key", NULL
	};
	static const char *const money[] = { "billing", "credit", "quota", "payment", NULL };
	static const char *const model[] = {
		"model_not_found", "invalid_request", "404", "400", NULL
	};
	int failed = !strcmp(status, "failed");

	if (has_any(event, login) || (failed && has_any(reason, login)))
		return "log the agent in, then\n" ADVICE_CONTINUE;
	if (has_any(event, money) || (failed && has_any(reason, money)))
		return "check the account, then\n" ADVICE_CONTINUE;
	if (has_any(event, model) || (failed && has_any(reason, model)))
		return "look at the model and the request (rca-log), then\n" ADVICE_CONTINUE;
	if (!strncmp(event, "waiting_for_input", 17) || !strncmp(event, "Notification", 12) ||
		!strcmp(reason, "waiting_for_input"))
		return ADVICE_ANSWER;
	if (!strncmp(reason, "check_failed", 12))
		return "look at check.log, write what to do to a file, then\n"
			"rca-launch -r -p FILE @\nrca-monitor -d @";
	if (!strcmp(reason, "agent_gone") || !strcmp(reason, "session_closed"))
		return "start it again where it was and register it anew; to forget this one:\n"
			"rca-reap -r @";
	if (failed || !strcmp(status, "abandoned"))
		return "look with rca-log @; to go on:\n" ADVICE_CONTINUE;
	return "look with rca-log @; rca-send @ TEXT types into it";
}

const char *
advice_command(const struct manifest *m, int lost)
{
	if (*manifest_get(m, "adopted"))
		return "";
	return lost || !strcmp(manifest_get(m, "abandon_reason"), "signal") ? "rca-monitor -d"
		: "rca-launch -r";
}

/* Its name, or its path if it is not where names are looked up; never what looks different. */
static const char *
task_word(const struct task *t, char word[2 * PATH_MAX])
{
	char home[PATH_MAX], why[WHY], clean[2 * PATH_MAX];
	struct buf b = { word, 2 * PATH_MAX, 0, 0 };
	size_t n = task_home(home, sizeof home, why) ? 0 : strlen(home);
	const char *name = t->path;

	if (n && *t->name != '-' && !strncmp(name, home, n) && !strncmp(name + n, "/tasks/", 7) &&
		!strcmp(name + n + 7, t->name))
		name = t->name;
	buf_word(&b, name);
	oneline(clean, sizeof clean, word, b.n);
	return b.cut || strcmp(clean, word) ? "TASK" : word;
}

int
advice_part(const char *advice, int n, const struct task *t, char *buf, size_t size)
{
	struct buf b = { buf, size, 0, 0 };
	char word[2 * PATH_MAX];

	for (; n > 0 && *advice; n--) {
		advice += strcspn(advice, "\n");
		advice += *advice == '\n';
	}
	for (; *advice && *advice != '\n'; advice++)
		buf_puts(&b, *advice == '@' ? task_word(t, word) : (char[2]){ *advice });
	return b.n ? 0 : -1;
}

char *
advice_line(const char *advice, const struct task *t, char *buf, size_t size)
{
	struct buf b = { buf, size, 0, 0 };
	char part[3 * PATH_MAX];
	int command = 0;

	*buf = '\0';
	for (int i = 0; !advice_part(advice, i, t, part, sizeof part); i++) {
		int again = !strncmp(part, "rca-", 4);

		buf_printf(&b, "%s%s", !i ? "" : command && again ? " && " : " ", part);
		command = again;
	}
	return buf;
}
