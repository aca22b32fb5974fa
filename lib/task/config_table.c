/* config_table - the table of settings, and what value each may have */
#include "task/config_table.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/name.h"
#include "base/suggest.h"
#include "task/quiet_hours.h"

enum kind {
	NUMBER, POSITIVE, TEXT, REGEX, QUIET,
	RESTART, ACT, YESNO, /* one of the words below */
	PLUGIN, DIRS,
	/* Only the user's config file may name programs, and say what holds for all tasks. */
	NOTIFIER, COMMAND, BOUND
};

static const struct setting settings[] = {
	{ "base", "MONITOR_BASE_INTERVAL", "30", POSITIVE },
	{ "max_interval", "MONITOR_MAX_INTERVAL", "300", POSITIVE },
	{ "deadline", "MONITOR_DEADLINE", "18000", POSITIVE },
	{ "grace", "MONITOR_GRACE_PERIOD", "30", NUMBER },
	{ "max_retries", "MONITOR_MAX_RETRIES", "10", NUMBER },
	{ "dispatch_wait", "MONITOR_DISPATCH_WAIT", "10", POSITIVE },
	{ "tool_timeout", "MONITOR_TOOL_TIMEOUT", "1800", POSITIVE },
	{ "limit_retry", NULL, "3600", POSITIVE },
	{ "limit_patience", NULL, "691200", POSITIVE },
	{ "silence", NULL, "", POSITIVE }, /* none: 3 x base, or what the agent's file says */
	{ "linger", NULL, "15", NUMBER },
	{ "background_timeout", NULL, "1800", POSITIVE },
	{ "kill_grace", NULL, "5", NUMBER },
	{ "max_log", NULL, "67108864", POSITIVE },
	{ "max_nudges", NULL, "5", NUMBER },
	{ "check", NULL, "", TEXT },
	{ "goal", NULL, "", TEXT },
	{ "restart", NULL, "never", RESTART },
	{ "ready", NULL, "", REGEX },
	{ "worktree", NULL, "no", YESNO },
	{ "monitor", NULL, "yes", YESNO },
	{ "notify", NULL, "", NOTIFIER },
	{ "notify_prefix", NULL, "rca:", TEXT },
	{ "notify_timeout", NULL, "30", POSITIVE },
	{ "notify_keep", NULL, "86400", POSITIVE },
	{ "quiet_hours", NULL, "", QUIET },
	{ "triage", NULL, "claude -p --no-session-persistence --model haiku --tools= "
	  "--strict-mcp-config", COMMAND },
	{ "triage_timeout", NULL, "60", POSITIVE },
	{ "act", NULL, "none", ACT },
	{ "nudge", NULL, "Please go on. If all of it is done, say so; if something keeps you from "
	  "it, say what.", TEXT },
	{ "escalate_after", NULL, "60", NUMBER },
	{ "hooks", NULL, "yes", YESNO },
	{ "engine", NULL, "tmux", PLUGIN },
	{ "engine_opts", NULL, "", TEXT },
	{ "slots", NULL, "0", BOUND },
	{ "slot", NULL, "yes", YESNO },
	{ "box", NULL, "none", PLUGIN },
	{ "box_write", NULL, "", DIRS },
};

static const char *const words[] = { [RESTART] = "never on-failure always", [ACT] = "none nudge",
	[YESNO] = "yes no" };

const struct setting *
config_table_at(size_t i)
{
	return i < sizeof settings / sizeof *settings ? &settings[i] : NULL;
}

const struct setting *
config_table_find(const char *key)
{
	const struct setting *s;

	for (size_t i = 0; (s = config_table_at(i)) && strcmp(s->key, key); i++)
		;
	return s;
}

int
config_table_private(const struct setting *s)
{
	return s->kind == NOTIFIER || s->kind == COMMAND || s->kind == BOUND;
}

static int
number(const char *val, long long least)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(val, &end, 10);
	return *val < '0' || *val > '9' || *end || errno || v < least || v > 1000000000000LL
		? -1 : 0;
}

static int
regex(const char *val, char why[WHY])
{
	regex_t re;
	char msg[200];
	int r = regcomp(&re, val, REG_EXTENDED | REG_NOSUB);

	if (!r) {
		regfree(&re);
		return 0;
	}
	regerror(r, &re, msg, sizeof msg);
	return err_why(why, "not a regular expression: %s", msg);
}

static int
word(const struct setting *s, const char *val, char why[WHY])
{
	size_t n = strlen(val);

	for (const char *p = words[s->kind]; n && *p; p += strcspn(p, " "), p += strspn(p, " "))
		if (strcspn(p, " ") == n && !strncmp(p, val, n))
			return 0;
	return err_why(why, "%s=%s: not one of: %s", s->key, val, words[s->kind]);
}

/* "NAME" or "NAME ARG...": NAME is that of a file. */
static int
notifier(const char *val, char why[WHY])
{
	char name[NAME_SIZE];
	size_t n = strcspn(val, " \t");

	snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name - 1), val);
	return n < NAME_SIZE && name_ok(name) ? 0 :
		err_why(why, "notify=%s: does not begin with a notifier's name", val);
}

/* Absolute paths, or in the home, with ':' between them. */
static int
directories(const char *val, char why[WHY])
{
	for (const char *p = val; *p; p += strcspn(p, ":"), p += *p == ':')
		if (*p != '/' && strncmp(p, "~/", 2) != 0)
			return err_why(why, "box_write=%s: not absolute paths with ':' between "
				"them", val);
	return 0;
}

int
config_table_check(const struct setting *s, const char *val, char why[WHY])
{
	struct quiet_hours q;
	int least;

	for (const char *p = val; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_why(why, "%s: control character in the value: write one line of "
				"text", s->key);
	if (strlen(val) > 4096)
		return err_why(why, "%s: value longer than 4096 bytes", s->key);
	switch (s->kind) {
	case NUMBER:
	case BOUND:
	case POSITIVE:
		least = s->kind == POSITIVE;
		return number(val, least) ? err_why(why, "%s=%s: not a whole number from %d up",
			s->key, val, least) : 0;
	case REGEX:
		return regex(val, why);
	case RESTART:
	case ACT:
	case YESNO:
		return word(s, val, why);
	case QUIET:
		return quiet_hours_parse(val, &q, why);
	case PLUGIN:
		return name_ok(val) ? 0 : err_why(why, "%s=%s: not a name of a-z, 0-9 and -",
			s->key, val);
	case NOTIFIER:
		return notifier(val, why);
	case DIRS:
		return directories(val, why);
	case TEXT:
	case COMMAND:
		break;
	}
	return 0;
}

int
config_table_unknown(const char *key, int in_file, char why[WHY])
{
	const char *meant = NULL, *page = in_file ? "rca-config(5)" : "rca-mktask(1)";
	int nearest = SUGGEST_FAR;
	size_t i = 0;
	char all[WHY] = "";
	struct buf b = { all, sizeof all, 0, 0 };

	for (const struct setting *s; (s = config_table_at(i)); i++) {
		int d = suggest_distance(key, s->key);

		if (d < nearest) {
			nearest = d;
			meant = s->key;
		}
		if (in_file || !config_table_private(s))
			buf_printf(&b, " %s", s->key);
	}
	if (meant)
		return err_why(why, "%.100s: no such setting: did you mean %s? (see %s)", key,
			meant, page);
	return err_why(why, "%.30s: no such setting: there are%s (see %s)", key, all, page);
}
