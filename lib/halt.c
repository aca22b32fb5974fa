/* halt - ends the wrapper that holds a task: one that is proven to be ours by a signal, any other by what it heeds itself */
#include "halt.h"

#include <signal.h>

#include "engine.h"
#include "lock.h"

enum { ENGINE_MS = 20000 };

int
halt_wrapper(const struct task *t, const char *engine, long grace_ms)
{
	pid_t holder = lock_signal(t->fd, "lock", 0, SIGTERM);
	char why[WHY];

	if (holder == 0 || holder == -1)
		return holder;
	if (holder == LOCK_ELSEWHERE)
		engine_call(engine, "stop", t->path, NULL, NULL, 0, ENGINE_MS, why);
	else
		lock_signal(t->fd, "lock", holder, SIGCONT);
	if (lock_wait(t->fd, "lock", grace_ms + HALT_MS, NULL) == 1)
		return 0;
	if (holder == LOCK_ELSEWHERE)
		return HALT_ELSEWHERE;
	if (lock_signal(t->fd, "lock", holder, SIGKILL) > 0)
		lock_wait(t->fd, "lock", HALT_MS, NULL);
	return 1;
}
