/* needs - what a task wants that nobody may be carrying on: a table, no I/O */
#ifndef WATCHDOG_NEEDS_H
#define WATCHDOG_NEEDS_H

#include "task/state.h"

/* What is to be done, or-ed. */
enum {
	NEEDS_MONITOR = 1, /* start one: it does the rest */
	NEEDS_TELL = 2,    /* its wrapper is gone, too, and nobody has said so */
	NEEDS_LIFT = 4     /* it was given up: to be taken up again first, if it could be launched now */
};

/* due: it was given up for a reason that may pass, and it is time to try again. */
int needs_wants(const struct state *s, int due);

#endif
