/* abandon - ends an attempt that cannot go on, or gives up its task */
#ifndef MONITOR_ABANDON_H
#define MONITOR_ABANDON_H

#include "monitor/monitor.h"

/* Ends the wrapper and everything it started; another attempt follows. */
void abandon_attempt(const struct monitor *mo);

/*
 * Gives the task up. reason: abandon_reason, as in rca-task(5); detail: a line for the notice, or
 * ""; neither may point into mo->m. Everything that runs of the task is ended first, except with
 * the reason "signal", after which another monitor may go on, and in a registered session. Returns
 * the exit code to end with.
 */
int abandon(struct monitor *mo, const char *reason, const char *detail);

/* Gives up if the deadline is over; records now and then how much of it is. A step. */
int abandon_deadline(struct monitor *mo);

#endif
