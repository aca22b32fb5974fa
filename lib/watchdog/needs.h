/* needs - what the watchdog does for a task whose monitor may be gone; no I/O */
#ifndef WATCHDOG_NEEDS_H
#define WATCHDOG_NEEDS_H

#include "task/state.h"

/* Or-ed. */
enum {
	NEEDS_MONITOR = 1, /* start one: it does the rest */
	NEEDS_NOTICE = 2,  /* its wrapper died, too, and no monitor was there to say so */
	NEEDS_TAKE_UP = 4  /* before that: take it up, if it could be launched now */
};

/* due: the task was given up for a reason that may pass, and it is time to try again. */
int needs_of(const struct state *s, int due);

/* What is left of needs where no monitor may stay: its next step, if it is time for that. */
int needs_step(int needs, const struct state *s, const struct manifest *m, long long now);

#endif
