/* launching - a launch of the task that somebody else has in hand, and that does not end */
#ifndef MONITOR_LAUNCHING_H
#define MONITOR_LAUNCHING_H

#include "monitor/monitor.h"

/*
 * To be called at each look. A launch takes seconds; one that holds the task for far longer is stopped, or hangs: it is ended, if it is proven to be ours, and history says so, so that the
 * task is carried on.
 */
void launching_look(struct monitor *mo);

#endif
