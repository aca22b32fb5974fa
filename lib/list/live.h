/* live - the table of tasks as a screen that follows them, with one of them selected */
#ifndef LIST_LIVE_H
#define LIST_LIVE_H

#include "base/err.h"
#include "list/roster.h"

/*
 * Runs until the person leaves: 0. The number of a signal that asked for the end (SIGHUP also when
 * the terminal is gone); -1 with why and errno (ENOTTY: no terminal that can be drawn on). The
 * terminal is then as it was.
 */
int live_run(struct roster *r, int colour, char why[WHY]);

#endif
