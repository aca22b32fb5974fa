/* liveness - whether a task has ended, for a tool that waits: looked at again and again */
#ifndef TASK_LIVENESS_H
#define TASK_LIVENESS_H

#include "task/state.h"

enum liveness_is {
	LIVENESS_NEW,  /* made, and never launched */
	LIVENESS_ON,   /* somebody runs, launches or watches it */
	LIVENESS_LEFT, /* it has not ended, and nobody carries it on: given up, or lost */
	LIVENESS_OVER  /* done */
};

enum { LIVENESS_LOST_MS = 2000 };

struct liveness {
	enum liveness_is is;
	enum status status;
	int held;        /* DIR/lock is held, or it is a registered session */
	long long attempt;
	long long since; /* clock_ms when it was first found LIVENESS_LEFT; else 0 */
	int given_up;
};

/* Looks at t. *l is zero at first, and kept between looks; else as state_read. */
int liveness_look(const struct task *t, struct liveness *l, struct manifest *m, char why[WHY]);

/*
 * In how many milliseconds the task counts as ended if nothing changes; 0 it has ended, -1 it
 * lives. A monitor that replaces another may yet take up a task without a wrapper, so that one
 * has ended only after LIVENESS_LOST_MS.
 */
long liveness_ends_in(const struct liveness *l);

/* How it ended: its status if it is done or abandoned, else "lost". */
const char *liveness_word(const struct liveness *l);

#endif
