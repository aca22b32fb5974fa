/* state - how a task stands: asked of its locks, then of `done`, then of its manifest */
#include "task/state.h"

#include <errno.h>
#include <string.h>

#include "file/file.h"
#include "proc/lock.h"

int
state_code(void)
{
	if (errno == ENOENT)
		return EX_GONE;
	return errno == EINVAL || errno == EFBIG ? EX_CALLER : EX_SYSTEM;
}

int
state_given_up(const struct manifest *m)
{
	return status_parse(manifest_get(m, "status")) == ST_ABANDONED && strcmp(manifest_get(m, "abandon_reason"), "signal");
}

int
state_alone(const struct state *s)
{
	return !s->done && !s->held && !s->launching && !s->watched && !s->adopted;
}

/* 1 if somebody holds it, 0 if not; -1 with why. */
static int
held(const struct task *t, const char *name, char why[WHY])
{
	int r = lock_held(t->fd, name);

	return r < 0 ? err_why(why, "ask %s:", name) : r;
}

/* In the order in which a task is handed on: a launch lets go once its wrapper holds, a wrapper once its end is written, a monitor once it has given up. */
static int
ask_locks(const struct task *t, struct state *s, char why[WHY])
{
	if ((s->launching = held(t, "launch.lock", why)) < 0)
		return -1;
	if ((s->held = held(t, "lock", why)) < 0)
		return -1;
	return (s->watched = held(t, "monitor.lock", why)) < 0 ? -1 : 0;
}

static int
look(const struct task *t, struct state *s, struct manifest *m, char why[WHY])
{
	if (ask_locks(t, s, why))
		return EX_SYSTEM;
	if ((s->done = file_there(t->fd, "done")) < 0) {
		err_why(why, "look for done:");
		return EX_SYSTEM;
	}
	s->stop = file_there(t->fd, "stop") == 1;
	s->due = 0;
	if (manifest_read(t->fd, m, why)) {
		int code = state_code();

		if (code == EX_GONE)
			err_why(why, "the task is gone");
		return code;
	}
	s->status = status_parse(manifest_get(m, "status"));
	s->adopted = *manifest_get(m, "adopted") != 0;
	s->given_up = state_given_up(m);
	s->tried = *manifest_get(m, "start_failed") != 0;
	return 0;
}

int
state_read(const struct task *t, struct state *s, struct manifest *m, char why[WHY])
{
	int r = look(t, s, m, why);

	/* rca-launch -r may have taken `done` away since its lock was asked: then it is held by now. */
	return !r && state_alone(s) ? look(t, s, m, why) : r;
}
