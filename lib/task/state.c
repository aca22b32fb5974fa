/* state - how a task stands: asked of its locks, then of `done`, then of its manifest */
#include "task/state.h"

#include <string.h>

#include "file/file.h"
#include "proc/lock.h"
#include "task/queued.h"

int
state_given_up(const struct manifest *m)
{
	return manifest_status(m) == ST_ABANDONED &&
		strcmp(manifest_get(m, "abandon_reason"), "signal");
}

/* A registered session needs nobody to hold it. */
int
state_alone(const struct state *s)
{
	return !s->done && !s->held && !s->launching && !s->watched && !s->adopted;
}

/* 1 if somebody holds the lock of that name, 0 if not; -1 with why. */
static int
held(const struct task *t, const char *name, char why[WHY])
{
	int r = lock_held(t->fd, name);

	return r < 0 ? err_why(why, "ask %s:", name) : r;
}

/*
 * The locks in the order in which a task is handed on: a launch lets go once its wrapper holds
 * DIR/lock, a wrapper once it has written its end, a monitor once it has given up.
 */
static int
look(const struct task *t, struct state *s, struct manifest *m, char why[WHY])
{
	if ((s->launching = held(t, "launch.lock", why)) < 0 ||
		(s->held = held(t, "lock", why)) < 0 ||
		(s->watched = held(t, "monitor.lock", why)) < 0)
		return EX_SYSTEM;
	if ((s->done = file_there(t->fd, "done")) < 0) {
		err_why(why, "look for done:");
		return EX_SYSTEM;
	}
	s->stop = file_there(t->fd, "stop") == 1;
	if (manifest_read(t->fd, m, why))
		return manifest_code();
	s->status = manifest_status(m);
	s->adopted = *manifest_get(m, "adopted") != 0;
	s->given_up = state_given_up(m);
	s->queued = queued_in(m) == QUEUED_ENGINE;
	s->start_failed = *manifest_get(m, "start_failed") != 0;
	return 0;
}

int
state_read(const struct task *t, struct state *s, struct manifest *m, char why[WHY])
{
	int r = look(t, s, m, why);

	/* If rca-launch -r removed `done` after its lock was asked, it holds that lock now. */
	return !r && state_alone(s) ? look(t, s, m, why) : r;
}
