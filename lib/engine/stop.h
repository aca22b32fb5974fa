/* stop - ends the wrapper that holds a task, and with it the attempt; or the launch that does */
#ifndef ENGINE_STOP_H
#define ENGINE_STOP_H

#include "task/task.h"

/* How long one that was told to go, or killed, may take to be gone. */
enum { STOP_MS = 5000, STOP_ELSEWHERE = 2 };

/*
 * Asks whoever holds DIR/lock to end (one that is elsewhere through engine alone), and waits:
 * grace_ms, in which it ends its agent's tree, and STOP_MS. Then kills it, if it still is the one
 * that holds the lock, and is proven to be ours. 0: nobody held it, or it went when it was asked;
 * 1: not so, and what it had started may be left (tree.h); STOP_ELSEWHERE: it is elsewhere, and
 * lives on; -1 with errno: the lock cannot be asked.
 */
int stop_wrapper(const struct task *t, const char *engine, long grace_ms);

/*
 * The same for a rca-launch, which holds DIR/launch.lock for seconds, and if it is stopped then, holds up the task: waits for ms, then ends it. 0: nobody holds it any more; STOP_ELSEWHERE:
 * one that is not proven to be ours does; -1 with errno.
 */
int stop_launch(const struct task *t, long ms);

#endif
