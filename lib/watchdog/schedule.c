/*
 * schedule - how cron, systemd, launchd or OpenClaw run a program
 *
 * What the program starts outlives it: systemd and launchd end what a job leaves behind unless they
 * are told not to.
 */
#include "watchdog/schedule.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json/quote.h"
#include "proc/which.h"

enum { CRON_MAX = 978 }; /* cron reads 998 bytes, which " >/dev/null" is part of */

static int
plain(const char *s, char why[WHY])
{
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_why(why, "%s: control character in it", s);
	return 0;
}

int
schedule_arg(struct schedule *s, const char *arg, char why[WHY])
{
	if (s->args == SCHEDULE_WORDS)
		return err_why(why, "more than %d words", SCHEDULE_WORDS);
	s->arg[s->args++] = arg;
	return plain(arg, why);
}

int
schedule_env(struct schedule *s, const char *name, const char *value, char why[WHY])
{
	if (s->envs == SCHEDULE_ENV)
		return err_why(why, "more than %d variables", SCHEDULE_ENV);
	s->env[s->envs].name = name;
	s->env[s->envs++].value = value;
	return plain(value, why);
}

static int
listed(const char *list, const char *dir, size_t n)
{
	for (const char *p = list; *p; p += strcspn(p, ":"), p += *p == ':')
		if (strcspn(p, ":") == n && !strncmp(p, dir, n))
			return 1;
	return 0;
}

int
schedule_path(struct schedule *s, const char *path, char why[WHY])
{
	size_t used = 0;

	s->path[0] = 0;
	path = path && *path ? path : WHICH_PATH;
	for (const char *p = path; *p; p += strcspn(p, ":"), p += *p == ':') {
		size_t n = strcspn(p, ":");

		if (*p != '/' || listed(s->path, p, n))
			continue;
		if (used + n + 2 > sizeof s->path)
			return err_why(why, "PATH: longer than %zu bytes", sizeof s->path);
		snprintf(s->path + used, sizeof s->path - used, "%s%.*s", used ? ":" : "",
		         (int)n, p);
		if (access(s->path + used + (used > 0), X_OK))
			s->path[used] = 0;
		else
			used += strlen(s->path + used);
	}
	return schedule_env(s, "PATH", s->path, why);
}

/* A word for sh; in a crontab a bare % is a newline. */
static void
shell_quote(const char *s, int crontab, FILE *f)
{
	putc('\'', f);
	for (; *s; s++)
		if (*s == '\'')
			fputs("'\"'\"'", f);
		else if (*s == '%' && crontab)
			fputs("\\%", f);
		else
			putc(*s, f);
	putc('\'', f);
}

/* The command line for sh and its length; NULL: no memory. The caller frees it. */
static char *
shell_command(const struct schedule *s, int crontab, size_t *n)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, n);

	if (!f)
		return NULL;
	for (int i = 0; i < s->envs; i++) {
		fprintf(f, "%s=", s->env[i].name);
		shell_quote(s->env[i].value, crontab, f);
		putc(' ', f);
	}
	shell_quote(s->program, crontab, f);
	for (int i = 0; i < s->args; i++) {
		putc(' ', f);
		shell_quote(s->arg[i], crontab, f);
	}
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

static int
has_backslash(const struct schedule *s)
{
	int found = strchr(s->program, '\\') != NULL;

	for (int i = 0; i < s->envs; i++)
		found |= strchr(s->env[i].value, '\\') != NULL;
	for (int i = 0; i < s->args; i++)
		found |= strchr(s->arg[i], '\\') != NULL;
	return found;
}

static void
print_cron(const struct schedule *s, FILE *f)
{
	const char *why = "no memory";
	size_t n;
	char *command = shell_command(s, 1, &n);

	if (has_backslash(s)) /* no two crons do the same with it */
		why = "a path has a backslash in it, which cron does not keep";
	else if (command && n > CRON_MAX)
		why = "it is longer than cron reads: make PATH shorter";
	else if (command)
		why = NULL;
	if (why)
		fprintf(f, "# cannot be written as a crontab line: %s\n", why);
	else
		fprintf(f, "* * * * * %s >/dev/null\n@reboot %s >/dev/null\n", command, command);
	free(command);
}

static void
json_escape(const char *s, FILE *f)
{
	char c[QUOTE_CHAR];

	for (; *s; s++)
		fputs(quote_char(*s, c), f);
}

static void
print_openclaw(const struct schedule *s, FILE *f)
{
	size_t n;
	char *command = shell_command(s, 0, &n);

	if (!command) {
		fputs("# cannot be written: no memory\n", f);
		return;
	}
	fputs("{\"name\":\"rca-watchdog\",\"schedule\":{\"kind\":\"every\",\"everyMs\":900000},"
	      "\"payload\":{\"kind\":\"systemEvent\",\"text\":\"", f);
	json_escape(s->prefix ? s->prefix : "rca:", f);
	fputs(" watchdog \xe2\x80\x94 run ", f);
	json_escape(command, f);
	fputs(" and report\"},\"sessionTarget\":\"main\"}\n", f);
	free(command);
}

/* A word for systemd; $ means a variable in arguments, but not in the program's path. */
static void
unit_word(const char *name, const char *s, int argument, FILE *f)
{
	fprintf(f, "\"%s", name);
	for (; *s; s++) {
		if (strchr("\"\\", *s))
			putc('\\', f);
		else if (*s == '%' || (*s == '$' && argument))
			putc(*s, f);
		putc(*s, f);
	}
	putc('"', f);
}

static void
print_service(const struct schedule *s, FILE *f)
{
	fputs("[Unit]\nDescription=rca: look after all tasks\n\n"
	      "[Service]\nType=oneshot\n# What it starts goes on.\nKillMode=process\n", f);
	for (int i = 0; i < s->envs; i++) {
		char name[64];

		snprintf(name, sizeof name, "%s=", s->env[i].name);
		fputs("Environment=", f);
		unit_word(name, s->env[i].value, 0, f);
		putc('\n', f);
	}
	fputs("ExecStart=", f);
	unit_word("", s->program, 0, f);
	for (int i = 0; i < s->args; i++) {
		putc(' ', f);
		unit_word("", s->arg[i], 1, f);
	}
	putc('\n', f);
}

static void
xml_string(const char *s, FILE *f)
{
	fputs("<string>", f);
	for (; *s; s++)
		switch (*s) {
		case '&': fputs("&amp;", f); break;
		case '<': fputs("&lt;", f); break;
		case '>': fputs("&gt;", f); break;
		default: putc(*s, f);
		}
	fputs("</string>\n", f);
}

static void
print_plist(const struct schedule *s, FILE *f)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n"
	      "\t<key>Label</key>\n\t<string>rca-watchdog</string>\n"
	      "\t<key>ProgramArguments</key>\n\t<array>\n\t\t", f);
	xml_string(s->program, f);
	for (int i = 0; i < s->args; i++) {
		fputs("\t\t", f);
		xml_string(s->arg[i], f);
	}
	fputs("\t</array>\n\t<key>EnvironmentVariables</key>\n\t<dict>\n", f);
	for (int i = 0; i < s->envs; i++) {
		fprintf(f, "\t\t<key>%s</key>\n\t\t", s->env[i].name);
		xml_string(s->env[i].value, f);
	}
	fputs("\t</dict>\n\t<key>StartInterval</key>\n\t<integer>60</integer>\n"
	      "\t<key>RunAtLoad</key>\n\t<true/>\n"
	      "\t<key>AbandonProcessGroup</key>\n\t<true/>\n</dict>\n</plist>\n", f);
}

void
schedule_print(const struct schedule *s, FILE *f)
{
	fputs("# One of these is enough. cron: `crontab -e`, and add:\n", f);
	print_cron(s, f);
	fputs("\n# systemd: ~/.config/systemd/user/rca-watchdog.service\n", f);
	print_service(s, f);
	fputs("\n# and ~/.config/systemd/user/rca-watchdog.timer;\n"
	      "# then `systemctl --user enable --now rca-watchdog.timer`, "
	      "and `loginctl enable-linger` for the time when you are not logged in\n", f);
	fputs("[Unit]\nDescription=rca: look after all tasks each minute\n\n"
	      "[Timer]\nOnActiveSec=1s\nOnUnitActiveSec=1min\nAccuracySec=5s\n\n"
	      "[Install]\nWantedBy=timers.target\n", f);
	fputs("\n# launchd: ~/Library/LaunchAgents/rca-watchdog.plist; "
	      "then `launchctl load -w` that file\n", f);
	print_plist(s, f);
	fputs("\n# OpenClaw, each 15 minutes, if nothing else can run it: a job of its cron\n", f);
	print_openclaw(s, f);
}
