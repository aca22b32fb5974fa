/*
 * rca-attach TASK - shows a task's terminal to a person, who may type into it only with -w
 *
 * A program of its own, not a script, for the task and the engine are looked for as all tools do
 * it: only where nobody else could have put them.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "engine/engine.h"
#include "proc/lock.h"
#include "proc/tool.h"
#include "task/manifest.h"
#include "task/state.h"
#include "task/status.h"
#include "task/task.h"

enum { SCREEN_MS = 5000 };

static const char help[] =
	"usage: rca-attach [-hVw] task\n"
	"\n"
	"Look into a task's terminal.\n"
	"\n"
	"  -w                type into it, too\n";

static void
refuse_ended(const struct task *t, const struct state *s, const struct manifest *m)
{
	const char *status = manifest_get(m, "status");

	if (s->adopted && s->done)
		err_die(EX_NO, "%s: its session is gone", t->name);
	if (s->done || s->given_up || status_terminal(s->status))
		err_die(EX_NO, "%s: has ended (%s): rca-log shows what it did, "
			"rca-launch -r carries it on", t->name, status);
	if (s->status == ST_CREATED && !s->held)
		err_die(EX_NO, "%s: was never launched: rca-launch starts it", t->name);
}

/* Asked before: what the engine says to one who attaches is not meant for a person. */
static void
check_terminal(const struct task *t, const char *engine)
{
	char where[LOCK_WHERE], why[WHY];
	int r;

	lock_elsewhere(t->fd, "lock", where);
	if (*where && *where != '?')
		err_die(EX_NO, "%s: runs on host %s: run rca-attach there, or rca-log -f here",
			t->name, where);
	r = engine_call(engine, "screen", t->path, NULL, NULL, 0, SCREEN_MS, why);
	if (r)
		err_die(r < 0 ? EX_SYSTEM : EX_NO, "%s: no terminal to look into%s%s: "
			"rca-log -f follows it", t->name, *why ? ": " : "", why);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		err_die(EX_CALLER, "not called from a terminal: rca-log -f follows a task");
}

int
main(int argc, char **argv)
{
	static struct manifest m;
	struct task t;
	struct state s;
	char path[PATH_MAX], why[WHY], *option = (char *)"-r";
	const char *engine;
	int c, r;

	tool_begin(INHERIT_ANSWERS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case 'w': option = NULL; break;
		}
	if (argc - optind != 1)
		tool_usage();
	task_open_or_die(&t, argv[optind]);
	if ((r = state_read(&t, &s, &m, why)))
		err_die(r, "%s: %s", t.name, why);
	refuse_ended(&t, &s, &m);
	engine = manifest_get(&m, "engine");
	if (engine_find(engine, path, sizeof path, why))
		err_die(EX_CALLER, "%s: %s", t.name, why);
	check_terminal(&t, engine);
	execv(path, (char *[]){ path, (char *)"attach", t.path, option, NULL });
	err_die(EX_CANTEXEC, "engine %s: start %s:", engine, path);
}
