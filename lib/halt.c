/* halt - ends the wrapper that holds a task: asked of the kernel who that is, never of a file */
#include "halt.h"

#include <signal.h>

#include "engine.h"
#include "lock.h"

enum { ENGINE_MS = 20000 };

int
halt_wrapper(const struct task *t, const char *engine, long grace_ms)
{
	pid_t holder = lock_holder(t->fd, "lock");
	char why[WHY];

	if (holder == 0 || holder == -1)
		return holder;
	if (holder == LOCK_ELSEWHERE) {
		engine_call(engine, "stop", t->path, NULL, NULL, 0, ENGINE_MS, why);
	} else {
		kill(holder, SIGTERM);
		kill(holder, SIGCONT);
	}
	if (lock_wait(t->fd, "lock", grace_ms + HALT_MS, NULL) == 1)
		return 0;
	if (holder > 0 && lock_holder(t->fd, "lock") == holder)
		kill(holder, SIGKILL);
	lock_wait(t->fd, "lock", HALT_MS, NULL);
	return 1;
}
