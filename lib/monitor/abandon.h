/* abandon - the end of an attempt, or of all of them: what a monitor does that can no longer, or must no longer, carry its task on */
#ifndef MONITOR_ABANDON_H
#define MONITOR_ABANDON_H

#include "monitor/monitor.h"

/* Ends the wrapper and all it started; the task goes on with another attempt. */
void abandon_attempt(const struct monitor *mo);

/*
 * The task is abandoned, reason being abandon_reason as rca-task(5) has it, and detail a line for whoever is told, or "". All that runs of it is ended first, but where the reason is
 * "signal" (another monitor may go on) and in a registered session. Neither may point into mo->m. A verdict: the end.
 */
int abandon(struct monitor *mo, const char *reason, const char *detail);

/* Gives up if its deadline is over; notes now and then how much of it is. A verdict. */
int abandon_deadline(struct monitor *mo);

#endif
