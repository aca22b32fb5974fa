/* stop - ends the wrapper that holds a task: by a signal if it is proven to be ours */
#include "engine/stop.h"

#include <signal.h>
#include <stddef.h>

#include "engine/engine.h"
#include "file/file.h"
#include "proc/lock.h"

enum { ENGINE_MS = 20000 };

/* 1: it has let go. */
static int
let_go(const struct task *t, long ms)
{
	return lock_wait(t->fd, "lock", ms + STOP_MS, NULL) == 1;
}

/* An engine closes the session, which is a stop: so an attempt that is resumed is asked first. */
static int
stop_elsewhere(const struct task *t, const char *engine, long grace_ms, long look_ms)
{
	int stop = file_there(t->fd, "stop") == 1;
	char why[WHY];

	if (!stop && !file_mark(t->fd, "end") && let_go(t, look_ms + grace_ms))
		return 0;
	engine_call(engine, "stop", t->path, NULL, NULL, 0, ENGINE_MS, why);
	return let_go(t, grace_ms + (stop ? look_ms : 0)) ? 0 : STOP_ELSEWHERE;
}

int
stop_wrapper(const struct task *t, const char *engine, long grace_ms, long look_ms)
{
	pid_t holder = lock_signal(t->fd, "lock", 0, SIGTERM);

	if (holder == 0 || holder == -1)
		return holder;
	if (holder == LOCK_ELSEWHERE)
		return stop_elsewhere(t, engine, grace_ms, look_ms);
	lock_signal(t->fd, "lock", holder, SIGCONT);
	if (let_go(t, grace_ms))
		return 0;
	if (lock_signal(t->fd, "lock", holder, SIGKILL) > 0)
		lock_wait(t->fd, "lock", STOP_MS, NULL);
	return 1;
}

void
stop_launch(const struct task *t, long ms)
{
	static const int sigs[] = { SIGTERM, SIGKILL };
	int i = 0;

	while (lock_wait(t->fd, "launch.lock", ms, NULL) == 0 && i < 2) {
		pid_t pid = lock_signal(t->fd, "launch.lock", 0, sigs[i++]);

		if (pid == LOCK_ELSEWHERE)
			return;
		if (pid > 0)
			lock_signal(t->fd, "launch.lock", pid, SIGCONT);
		ms = STOP_MS;
	}
}
