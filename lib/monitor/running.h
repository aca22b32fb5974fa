/* running - a living task is left in peace, and looked at now and then */
#ifndef MONITOR_RUNNING_H
#define MONITOR_RUNNING_H

#include "monitor/monitor.h"

/* Sleeps until holder lets go of DIR/lock, or the next look is due, and then looks. A step. */
int running_watch(struct monitor *mo, pid_t holder);

/*
 * Looks at a registered session once in the base interval, since it has no wrapper whose death
 * could wake us. If two looks do not find it, it is marked to be ended like any other task. A step.
 */
int running_session(struct monitor *mo);

#endif
