/* live - the table of tasks as a screen that follows them, with one of them selected */
#ifndef LIVE_H
#define LIVE_H

#include "err.h"
#include "roster.h"

/* Runs until the person leaves: 0; a signal that asked for the end: its number (SIGHUP also if the terminal is gone without); -1 with why and errno (ENOTTY: no terminal to draw on). The terminal is as it was. */
int live_run(struct roster *r, int colour, char why[WHY]);

#endif
