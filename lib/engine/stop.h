/* stop - ends the wrapper that holds a task, and its attempt with it; or a launch in progress */
#ifndef ENGINE_STOP_H
#define ENGINE_STOP_H

#include "task/task.h"

/* STOP_MS: how long a process that was asked to end, or was killed, may take to be gone. */
enum { STOP_MS = 5000, STOP_ELSEWHERE = 2 };

/*
 * Asks the holder of DIR/lock to end and waits: grace_ms, in which it ends its agent's tree, and
 * STOP_MS. Then kills it, if it still holds the lock and is proven to be ours. One that is
 * elsewhere is asked by DIR/end, which it sees within look_ms, and then through engine; or at once
 * through engine if DIR/stop is there. 0: the lock was free, or its holder ended when asked; 1: it
 * had to be killed, and its agent's tree may be left (tree.h); STOP_ELSEWHERE: it is elsewhere and
 * goes on; -1 with errno: the lock cannot be asked.
 */
int stop_wrapper(const struct task *t, const char *engine, long grace_ms, long look_ms);

/*
 * Waits ms for a rca-launch to let go of DIR/launch.lock, which it holds for seconds, then ends it
 * if it is proven to be ours: a stopped one would hold up the task.
 */
void stop_launch(const struct task *t, long ms);

#endif
