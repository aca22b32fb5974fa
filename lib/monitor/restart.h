/* restart - launches a task that has no wrapper, now or when it is time, or has its end written */
#ifndef MONITOR_RESTART_H
#define MONITOR_RESTART_H

#include "monitor/monitor.h"

/*
 * Does the next thing by the task's status, waits included. DIR/lock was free, then there was no
 * `done`, and then mo->m was read. A step.
 */
int restart(struct monitor *mo);

#endif
