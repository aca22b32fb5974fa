/* config - the settings: a table, and where a value is looked up */
#include "task/config.h"

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "base/suggest.h"
#include "base/xdg.h"
#include "file/file.h"
#include "task/config_file.h"
#include "task/quiet_hours.h"
#include "task/task.h"

enum kind {
	NUMBER, POSITIVE, TEXT, REGEX, QUIET,
	RESTART, ACT, YESNO, /* one of the words below */
	NOTIFIER, COMMAND    /* programs: only the user's config file may name them */
};
enum { CONFIG_MAX = 256 * 1024 };

static const struct setting {
	const char *key, *env, *deflt;
	enum kind kind;
} settings[] = {
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
};

static const char *const words[] = { [RESTART] = "never on-failure always", [ACT] = "none nudge",
	[YESNO] = "yes no" };

static const struct setting *
find(const char *key)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (!strcmp(settings[i].key, key))
			return &settings[i];
	return NULL;
}

static int
only_in_file(const struct setting *s)
{
	return s->kind == NOTIFIER || s->kind == COMMAND;
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

static int
check(const struct setting *s, const char *val, char why[WHY])
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
	case NOTIFIER:
		return notifier(val, why);
	case TEXT:
	case COMMAND:
		break;
	}
	return 0;
}

static int
unknown(const char *key, const char *page, char why[WHY])
{
	const char *meant = NULL;
	int nearest = SUGGEST_FAR;

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		int d = suggest_distance(key, settings[i].key);

		if (d < nearest) {
			nearest = d;
			meant = settings[i].key;
		}
	}
	if (meant)
		return err_why(why, "%.100s: no such setting: did you mean %s? (see %s)", key,
			meant, page);
	return err_why(why, "%.100s: no such setting (see %s)", key, page);
}

int
config_check(const char *key, const char *val, char why[WHY])
{
	const struct setting *s = find(key);

	if (!s)
		return unknown(key, "rca-mktask(1)", why);
	if (only_in_file(s))
		return err_why(why, "%s: can only be set in your config file (see rca-config(5))",
			key);
	return check(s, val, why);
}

/* An empty value is the same as no line. */
static int
check_line(const char *key, const char *val, char why[WHY])
{
	const struct setting *s = find(key);

	if (!s)
		return unknown(key, "rca-config(5)", why);
	return *val ? check(s, val, why) : 0;
}

int
config_load(struct config *c, char why[WHY])
{
	char file[PATH_MAX], real[PATH_MAX];
	int r;

	c->text = NULL;
	c->size = 0;
	if ((r = xdg_config_file("config", file, sizeof file, why)) <= 0)
		return r;
	/* It may be a symlink to where the user keeps such files. */
	if (realpath(file, real))
		c->text = file_load(AT_FDCWD, real, CONFIG_MAX - 1, &c->size);
	if (!c->text)
		return errno == ENOENT || errno == ENOTDIR ? 0 : err_why(why, "read %s:", file);
	return config_file_split(c->text, c->size, file, check_line, why);
}

void
config_free(struct config *c)
{
	free(c->text);
	c->text = NULL;
	c->size = 0;
}

const char *
config_line(const struct config *c, const char *key, int i)
{
	size_t n = strlen(key);

	for (const char *p = c ? c->text : NULL; p && p < c->text + c->size; p += strlen(p) + 1)
		if (!strncmp(p, key, n) && p[n] == '=' && i-- == 0)
			return p + n + 1;
	return NULL;
}

/* 1 if val is set and well formed: a running task goes on with the settings that are good. */
static int
good(const struct setting *s, const char *val)
{
	char why[WHY];

	return val && *val && !check(s, val, why);
}

/* Sets *val. 1; 0 it is the default. */
static int
lookup(const struct config *c, const struct manifest *m, const struct setting *s, const char **val)
{
	if (s->env && good(s, *val = getenv(s->env)))
		return 1;
	if (m && !only_in_file(s) && good(s, *val = manifest_get(m, s->key)))
		return 1;
	if ((*val = config_line(c, s->key, 0)) && **val)
		return 1;
	*val = s->deflt;
	return 0;
}

const char *
config_get(const struct config *c, const struct manifest *m, const char *key)
{
	const struct setting *s = find(key);
	const char *val = "";

	if (s)
		lookup(c, m, s, &val);
	return val;
}

long long
config_num(const struct config *c, const struct manifest *m, const char *key)
{
	return strtoll(config_get(c, m, key), NULL, 10);
}

int
config_set(const struct config *c, const struct manifest *m, const char *key)
{
	const struct setting *s = find(key);
	const char *val;

	return s && lookup(c, m, s, &val);
}

int
config_check_all(const struct manifest *m, char why[WHY])
{
	char inner[WHY];

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		const struct setting *s = &settings[i];
		const char *env = s->env ? getenv(s->env) : NULL;
		const char *own = m && !only_in_file(s) ? manifest_get(m, s->key) : "";

		if (env && *env && check(s, env, inner))
			return err_why(why, "environment %s: %.400s", s->env, inner);
		if (*own && check(s, own, inner))
			return err_why(why, "manifest: %.400s", inner);
	}
	return 0;
}
