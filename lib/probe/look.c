/* look - how a task is, at one moment */
#include "probe/look.h"

#include <string.h>

#include "agent/agent.h"
#include "agent/agent_file.h"
#include "engine/about.h"
#include "engine/alive.h"
#include "probe/probe.h"
#include "task/queued.h"
#include "task/state.h"

enum { ENGINE_MS = 5000 };

/* A session that the engine cannot tell about counts as there. */
static int
session_there(const struct look *l, const struct task *t)
{
	return !l->f.done && !alive_over(alive_ask(manifest_get(&l->m, "engine"), t->path, "",
		ENGINE_MS, NULL));
}

int
look_at(struct look *l, const struct task *t, const struct config *c, char why[WHY])
{
	struct agent *a;
	struct state s;
	int r;

	memset(l, 0, sizeof *l);
	if ((r = state_read(t, &s, &l->m, why)))
		return r;
	if (config_check_all(&l->m, why))
		return EX_CALLER;
	l->holder = s.held ? lock_holder(t->fd, "lock") : 0;
	if (l->holder == LOCK_ELSEWHERE)
		lock_elsewhere(t->fd, "lock", l->elsewhere);
	/* Without the agent's file, silence is judged by the settings alone. */
	a = agent_file_load(manifest_get(&l->m, "agent"), why);
	l->f.status = s.status;
	l->f.done = s.done;
	l->f.adopted = s.adopted;
	l->given_up = s.given_up;
	l->f.held = s.adopted ? session_there(l, t) : s.held;
	l->f.watched = s.watched;
	l->f.launching = s.launching;
	l->f.queued = queued_in(&l->m);
	l->f.rule = probe_rule(c, &l->m, a);
	l->f.quiet = *manifest_get(&l->m, "quiet_since") != 0;
	probe_times(t, 1, &l->f.look);
	l->f.elsewhere = l->holder == LOCK_ELSEWHERE;
	if (l->f.held && !l->f.adopted)
		probe_tree(t, a, l->holder, &l->f.look);
	progress_load(t->fd, &l->progress, &l->last_event);
	if (l->f.held && !l->f.done && !probe_screen(t, &l->m, a, &l->screen))
		l->f.waiting = l->screen.kind == SCREEN_WAITING;
	l->terminal = (*manifest_get(&l->m, "interactive") || (a && agent_read(a) == READ_PTY)) &&
		about_engine(manifest_get(&l->m, "engine"), t->path).terminal;
	agent_free(a);
	l->health = health_judge(&l->f, &l->rests_on);
	return 0;
}
