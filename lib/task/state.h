/*
 * state - how a task stands: asked of its locks, then of `done`, then of its manifest
 *
 * A wrapper writes the manifest, then `done`, then lets go of its lock. So a reader that asks in
 * this order never takes a task that has just ended for one that nobody carries on.
 */
#ifndef TASK_STATE_H
#define TASK_STATE_H

#include <sys/types.h>

#include "base/err.h"
#include "task/manifest.h"
#include "task/status.h"
#include "task/task.h"

struct state {
	enum status status; /* ST_LAST: the manifest has a word that is none */
	int done, stop;     /* the files of these names are there */
	int launching;      /* launch.lock is held: it is being started */
	int held;           /* DIR/lock is held: its wrapper lives */
	int watched;        /* monitor.lock is held: its monitor lives */
	int adopted;        /* a registered session: it has no wrapper */
	int given_up;       /* as state_given_up */
	int tried;          /* its last start failed, for a want that may pass */
	int due;            /* set by rca-watchdog: given up for that want, and it is time to try again */
};

/*
 * Reads all of it; m becomes the manifest. 0, else the exit code with why: EX_GONE the task is
 * gone, EX_CALLER its manifest is broken, EX_SYSTEM.
 */
int state_read(const struct task *t, struct state *s, struct manifest *m, char why[WHY]);

/* 1 if its monitor gave it up for good: nobody carries it on but for rca-launch -r. */
int state_given_up(const struct manifest *m);

/* 1 if nobody runs, starts or watches it, and it has not ended. A registered session counts as run. */
int state_alone(const struct state *s);

/* The exit code for a manifest that could not be read, by errno. */
int state_code(void);

#endif
