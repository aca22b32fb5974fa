/* restart - a task that nobody holds is carried on: launched, launched again when it is time, or its end written down */
#ifndef MONITOR_RESTART_H
#define MONITOR_RESTART_H

#include "monitor/monitor.h"

/* One step by its status, waiting included. DIR/lock was free, there was no `done`, and mo->m was read after that was seen. A verdict. */
int restart(struct monitor *mo);

#endif
