/*
 * state - how a task stands: asked of its locks, then of `done`, then of its manifest
 *
 * A wrapper writes the manifest, then `done`, then lets go of its lock. So a reader that asks in
 * this order never mistakes a task that has just ended for one without wrapper and monitor.
 */
#ifndef TASK_STATE_H
#define TASK_STATE_H

#include "base/err.h"
#include "task/manifest.h"
#include "task/task.h"

struct state {
	enum status status; /* ST_LAST: the manifest has an unknown word */
	int done, stop;     /* the files of these names exist */
	int launching;      /* launch.lock is held: somebody starts it */
	int held;           /* DIR/lock is held: its wrapper lives */
	int watched;        /* monitor.lock is held: its monitor lives */
	int adopted;        /* a registered session: it has no wrapper */
	int given_up;       /* as state_given_up */
	int queued;         /* its engine has it, and starts it when its turn comes */
	int start_failed;   /* its last start failed for a reason that may pass */
};

/*
 * Reads all of it; m becomes the manifest. 0, else the exit code with why: EX_GONE the task is
 * gone, EX_CALLER its manifest is broken, EX_SYSTEM.
 */
int state_read(const struct task *t, struct state *s, struct manifest *m, char why[WHY]);

/*
 * 1 if its monitor gave it up: only rca-launch -r carries it on. A monitor that was ended by a
 * signal abandons its task, too, but the next monitor goes on with that one.
 */
int state_given_up(const struct manifest *m);

/* 1 if the task has not ended, and nobody runs, starts or watches it. */
int state_alone(const struct state *s);

#endif
