/* rca-probe TASK... - says how a task is: done file, lock, screen or log, silence, open tools */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/agent_file.h"
#include "base/err.h"
#include "engine/engine.h"
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

enum { ENGINE_MS = 5000 };

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
	"usage: rca-probe [-hjsV] task ...\n"
	"\n"
	"Report the status and health of tasks.\n"
	"\n"
	"  -j                one JSON object a line, with the whole manifest\n"
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

static int
probe(const char *arg, const struct config *c, int json, int sflag)
{
	struct task t;
	struct probe p;
	char why[WHY];
	int r = task_open(&t, arg, why);

	if (r) {
		err_warn("%s", why);
		return r;
	}
	if ((r = look(&p, &t, c, why))) {
		err_warn("%s: %s", t.name, why);
		task_close(&t);
		return r;
	}
	if (sflag)
		puts(manifest_get(&p.m, "status"));
	else
		tell(&p, &t, json);
	task_close(&t);
	return health_well(p.health, &p.f) ? EX_YES : EX_NO;
}

int
main(int argc, char **argv)
{
	struct config conf;
	int json = 0, sflag = 0, code = EX_YES, c;
	char why[WHY];

	tool_begin(INHERIT_ANSWERS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case 'j': json = 1; break;
		case 's': sflag = 1; break;
		}
	if (optind == argc)
		tool_usage();
	if (config_load(&conf, why))
		err_die(EX_CALLER, "%s", why);
	for (int i = optind; i < argc; i++) {
		int r;

		if (i > optind && !json && !sflag)
			putchar('\n');
		r = probe(argv[i], &conf, json, sflag);
		if (r > code)
			code = r;
	}
	config_free(&conf);
	err_flush();
	return code;
}
