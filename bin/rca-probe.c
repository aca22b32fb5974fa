/* rca-probe TASK... - says how a task is: done file, lock, screen or log, silence, open tools */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/agent_file.h"
#include "base/err.h"
#include "engine/engine.h"
#include "probe/effective.h"
#include "probe/health.h"
#include "probe/probe.h"
#include "proc/tool.h"
#include "proc/lock.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/progress.h"
#include "task/state.h"
#include "task/task.h"
#include "text/report.h"
#include "text/strip.h"

enum { ENGINE_MS = 5000, SETTING_COLUMN = 28 };

struct probe {
	struct manifest m;
	struct health_facts f;
	struct screen screen;
	struct progress progress;
	long long last_event;
	enum health health;
	const char *rests_on;
	pid_t holder;
	char elsewhere[LOCK_WHERE];
};

static const char help[] =
	"usage: rca-probe [-hV] [-c | -j | -k | -s] task ...\n"
	"\n"
	"Report the status and health of tasks.\n"
	"\n"
	"  -c                each setting in force, and where it comes from\n"
	"  -j                one JSON object a line, with the whole manifest\n"
	"  -k                lines key=value, as without a terminal\n"
	"  -s                the status word alone\n";

/* A session that the engine cannot tell about counts as there. */
static int
session_there(const struct probe *p, const struct task *t)
{
	char why[WHY];
	int r;

	if (p->f.done)
		return 0;
	r = engine_call(manifest_get(&p->m, "engine"), "alive", t->path, NULL, NULL, 0, ENGINE_MS,
		why);
	return r != ENGINE_CLOSED && r != ENGINE_DEAD;
}

/* 0, else the exit code with why. */
static int
look(struct probe *p, const struct task *t, const struct config *c, char why[WHY])
{
	struct agent *a;
	struct state s;
	int r;

	memset(p, 0, sizeof *p);
	if ((r = state_read(t, &s, &p->m, why)))
		return r;
	if (config_check_all(&p->m, why))
		return EX_CALLER;
	p->holder = s.held ? lock_holder(t->fd, "lock") : 0;
	if (p->holder == LOCK_ELSEWHERE)
		lock_elsewhere(t->fd, "lock", p->elsewhere);
	/* Without the agent's file, silence is judged by the settings alone. */
	a = agent_file_load(manifest_get(&p->m, "agent"), why);
	p->f.status = s.status;
	p->f.done = s.done;
	p->f.adopted = s.adopted;
	p->f.held = s.adopted ? session_there(p, t) : s.held;
	p->f.watched = s.watched;
	p->f.launching = s.launching;
	p->f.rule = probe_rule(c, &p->m, a);
	p->f.quiet = *manifest_get(&p->m, "quiet_since") != 0;
	probe_times(t, 1, &p->f.look);
	if (p->f.held && !p->f.adopted && p->holder != LOCK_ELSEWHERE)
		probe_tree(t, a, p->holder, &p->f.look);
	progress_load(t->fd, &p->progress, &p->last_event);
	if (p->f.held && !p->f.done && !probe_screen(t, &p->m, a, &p->screen))
		p->f.waiting = p->screen.kind == SCREEN_WAITING;
	agent_free(a);
	p->health = health_judge(&p->f, &p->rests_on);
	return 0;
}

static void
tell(const struct probe *p, const struct task *t, int json)
{
	struct report a;

	report_begin(&a, stdout, json);
	report_put(&a, "task", t->name);
	report_put(&a, "status", manifest_get(&p->m, "status"));
	report_put(&a, "health", health_word(p->health));
	report_put(&a, "rests_on", p->rests_on);
	report_put(&a, "lock", p->holder ? "held" : "free");
	if (*p->elsewhere)
		report_put(&a, "elsewhere", *p->elsewhere == '?' ? "unknown" : p->elsewhere);
	report_put(&a, "monitor", p->f.watched ? "watching" : "none");
	if (p->f.held && !p->f.adopted) {
		report_num(&a, "silent_s", p->f.look.now - p->f.look.last_write);
		if (!*p->elsewhere)
			report_num(&a, "cpu_ms", p->f.look.cpu_ms);
	}
	if (p->screen.kind != SCREEN_UNKNOWN) {
		report_put(&a, "screen", screen_word(p->screen.kind));
		report_put(&a, "screen_line", p->screen.line);
	}
	if (p->last_event) {
		report_put(&a, "phase", progress_phase_word(p->progress.phase));
		report_num(&a, "open_tools", p->progress.open_tools);
		report_num(&a, "background", p->progress.background);
		report_put(&a, "tool", p->progress.tool);
		report_num(&a, "turns", p->progress.turns);
		report_put(&a, "text", p->progress.text);
	}
	for (int i = 0; i < p->m.n; i++)
		if (strcmp(p->m.kv[i].key, "status") &&
			(json || !strcmp(p->m.kv[i].key, "reason") ||
				!strcmp(p->m.kv[i].key, "resume_at") ||
				!strcmp(p->m.kv[i].key, "resume_unsure") ||
				!strcmp(p->m.kv[i].key, "exit_code") ||
				!strcmp(p->m.kv[i].key, "attempt")))
			report_put(&a, p->m.kv[i].key, p->m.kv[i].val);
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
	struct probe p;
	int r = form == 'c' ? settings(t, c, why) : look(&p, t, c, why);

	if (r || form == 'c')
		return r;
	if (form == 's')
		puts(manifest_get(&p.m, "status"));
	else
		tell(&p, t, form == 'j');
	return health_well(p.health, &p.f) ? EX_YES : EX_NO;
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
