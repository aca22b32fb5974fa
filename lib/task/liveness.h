/* liveness - whether a task is still being carried on: asked of its locks, then of its files */
#ifndef TASK_LIVENESS_H
#define TASK_LIVENESS_H

#include "base/err.h"
#include "task/manifest.h"
#include "task/status.h"
#include "task/task.h"

enum liveness_is {
	LIVENESS_NEW,  /* made, and never launched */
	LIVENESS_ON,   /* somebody runs it, launches it or watches over it */
	LIVENESS_LEFT, /* not at its end, and nobody does: given up, or lost */
	LIVENESS_OVER  /* done */
};

enum { LIVENESS_PATIENCE_MS = 2000 };

struct liveness {
	enum liveness_is is;
	enum status status;
	int held;        /* somebody holds DIR/lock */
	long long attempt;
	long long since; /* clock_ms when it was first found LIVENESS_LEFT; 0: it is not */
	int given_up;    /* LIVENESS_LEFT for good: the monitor said so */
};

/* Looks at it. *l is zero at first, and kept from look to look. m becomes the manifest. 0, else the exit code with why: EX_GONE the task is gone, EX_CALLER its manifest is broken, EX_SYSTEM. */
int liveness_look(const struct task *t, struct liveness *l, struct manifest *m, char why[WHY]);

/*
 * Milliseconds until it counts as ended if nothing changes: 0 it has ended; -1 it lives. One that nobody carries on may yet be taken up, by a monitor that
 * replaces another; only after LIVENESS_PATIENCE_MS it has ended.
 */
long liveness_ends_in(const struct liveness *l);

/* How it ended: the status word of a task that is done or given up; "lost". */
const char *liveness_word(const struct liveness *l);

#endif
