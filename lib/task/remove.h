/* remove - takes a task directory away, or what dead writers left in it; follows no symlink, leaves the directory's own tree never */
#ifndef TASK_REMOVE_H
#define TASK_REMOVE_H

#include "base/err.h"
#include "task/task.h"

/* The directory goes: first its name (so that there is a whole task or none), then all that is in it. 0, -1 with why. */
int remove_task(struct task *t, char why[WHY]);

/*
 * Temporaries (.NAME.new), the launcher's fifo, words whose way ended; of one that is over (nobody carries it on without a new launch) also what only a running one needs (env, input, pid);
 * of the outbox the temporaries that nobody has touched for a minute. 0, -1 with why.
 */
int remove_leftovers(const struct task *t, int over, char why[WHY]);

/* What dead makers and removers of tasks left in the directory parent: its .new-* and .gone-* that nobody has touched for a minute. 0, -1 with why. */
int remove_forsaken(const char *parent, char why[WHY]);

#endif
