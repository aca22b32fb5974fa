/* orphans - what a dead attempt left running, ended before anything else of its task is started */
#ifndef ORPHANS_H
#define ORPHANS_H

#include "task.h"

/*
 * In DIR. Who becomes an agent holds it from a look at its parent until exec (spawn.h, hold): before exec it has no mark by which it could be found,
 * and the wrapper that forked it may die just then.
 */
#define ORPHANS_LOCK "start.lock"

/* tree_end for all that carries the task's mark, once nobody is on its way there. 0 when none is left, 1 if some could not be ended, -1 with errno. */
int orphans_end(const struct task *t, long grace_ms);

#endif
