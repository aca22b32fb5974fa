/* stop - ends the wrapper that holds a task: by a signal if it is proven to be ours */
#include "engine/stop.h"

#include <signal.h>
#include <stddef.h>

#include "engine/engine.h"
#include "proc/lock.h"

enum { ENGINE_MS = 20000 };

int
stop_wrapper(const struct task *t, const char *engine, long grace_ms)
{
	pid_t holder = lock_signal(t->fd, "lock", 0, SIGTERM);
	char why[WHY];

	if (holder == 0 || holder == -1)
		return holder;
	if (holder == LOCK_ELSEWHERE)
		engine_call(engine, "stop", t->path, NULL, NULL, 0, ENGINE_MS, why);
	else
		lock_signal(t->fd, "lock", holder, SIGCONT);
	if (lock_wait(t->fd, "lock", grace_ms + STOP_MS, NULL) == 1)
		return 0;
	if (holder == LOCK_ELSEWHERE)
		return STOP_ELSEWHERE;
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
