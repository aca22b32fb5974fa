/* rca-probe TASK... - says how a task is: done file, lock, screen or log, silence, open tools */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/agent_file.h"
#include "base/err.h"
#include "probe/effective.h"
#include "probe/look.h"
#include "probe/person.h"
#include "proc/pty.h"
#include "proc/tool.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/progress.h"
#include "task/task.h"
#include "text/report.h"
#include "text/strip.h"
#include "text/table.h"

enum { SETTING_COLUMN = 28 };

static const char help[] =
	"usage: rca-probe [-hV] [-c | -j | -k | -s] task ...\n"
	"\n"
	"Report the status and health of tasks.\n"
	"\n"
	"  -c                each setting in force, and where it comes from\n"
	"  -j                one JSON object a line, with the whole manifest\n"
	"  -k                lines key=value, also on a terminal\n"
	"  -s                the status word alone\n";

static void
tell(const struct look *l, const struct task *t, int json)
{
	struct report a;

	report_begin(&a, stdout, json);
	report_put(&a, "task", t->name);
	report_put(&a, "status", manifest_get(&l->m, "status"));
	report_put(&a, "health", health_word(l->health));
	report_put(&a, "rests_on", l->rests_on);
	report_put(&a, "lock", l->holder ? "held" : "free");
	if (*l->elsewhere)
		report_put(&a, "elsewhere", *l->elsewhere == '?' ? "unknown" : l->elsewhere);
	report_put(&a, "monitor", l->f.watched ? "watching" : "none");
	if (l->f.held && !l->f.adopted) {
		report_num(&a, "silent_s", l->f.look.now - l->f.look.last_write);
		if (!*l->elsewhere)
			report_num(&a, "cpu_ms", l->f.look.cpu_ms);
	}
	if (l->screen.kind != SCREEN_UNKNOWN) {
		report_put(&a, "screen", screen_word(l->screen.kind));
		report_put(&a, "screen_line", l->screen.line);
	}
	progress_report(&l->progress, l->last_event, &a);
	if (l->last_event)
		report_put(&a, "text", l->progress.text);
	for (int i = 0; i < l->m.n; i++)
		if (strcmp(l->m.kv[i].key, "status") &&
			(json || !strcmp(l->m.kv[i].key, "reason") ||
				!strcmp(l->m.kv[i].key, "resume_at") ||
				!strcmp(l->m.kv[i].key, "resume_unsure") ||
				!strcmp(l->m.kv[i].key, "exit_code") ||
				!strcmp(l->m.kv[i].key, "attempt")))
			report_put(&a, l->m.kv[i].key, l->m.kv[i].val);
	report_end(&a);
}

/* A notifier's argument may be a secret: the file says it. */
static void
setting(const char *key, const char *val, const char *from)
{
	size_t most = strcmp(key, "notify") ? strlen(val) : strcspn(val, " ");
	char clean[2 * CONFIG_FROM];
	int n;

	oneline(clean, sizeof clean, val, most);
	n = printf("%s=%s%s", key, clean, val[most] ? " ..." : "");
	oneline(clean, sizeof clean, from, strlen(from));
	if (isatty(1))
		printf("%*s  # %s\n", n < SETTING_COLUMN ? SETTING_COLUMN - n : 0, "", clean);
	else
		printf("\t# %s\n", clean);
}

static int
settings(const struct task *t, const struct config *c, char why[WHY])
{
	struct manifest m;
	struct agent *a;

	if (manifest_read(t->fd, &m, why))
		return manifest_code();
	if (config_check_all(&m, why))
		return EX_CALLER;
	a = agent_file_load(manifest_get(&m, "agent"), why);
	effective_each(t, &m, c, a, setting);
	agent_free(a);
	return EX_YES;
}

static int
probe(const struct task *t, const struct config *c, int form, char why[WHY])
{
	struct look l;
	int r = form == 'c' ? settings(t, c, why) : look_at(&l, t, c, why);

	if (r || form == 'c')
		return r;
	if (form == 's')
		puts(manifest_get(&l.m, "status"));
	else if (form || !isatty(1))
		tell(&l, t, form == 'j');
	else
		person_print(&l, t, pty_columns(1) ? (int)pty_columns(1) : 80, table_colour());
	return health_well(l.health, &l.f) ? EX_YES : EX_NO;
}

static int
probe_named(const char *arg, const struct config *c, int form)
{
	char why[WHY];
	struct task t;
	int r = task_open(&t, arg, why);

	if (r) {
		err_warn("%s", why);
		return r;
	}
	if ((r = probe(&t, c, form, why)) > EX_NO)
		err_warn("%s: %s", t.name, why);
	task_close(&t);
	return r;
}

int
main(int argc, char **argv)
{
	int form = 0, code = EX_YES, c;
	struct config conf;
	char why[WHY];

	tool_begin(INHERIT_ANSWERS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1) {
		if (form && form != c)
			tool_usage();
		form = c;
	}
	if (optind == argc)
		tool_usage();
	if (config_load(&conf, why))
		err_die(EX_CALLER, "%s", why);
	for (int i = optind; i < argc; i++) {
		int r;

		if (i > optind && form != 'j' && form != 's')
			putchar('\n');
		r = probe_named(argv[i], &conf, form);
		code = r > code ? r : code;
	}
	config_free(&conf);
	err_flush();
	return code;
}
