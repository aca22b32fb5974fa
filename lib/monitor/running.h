/* running - a task that lives is left in peace, and looked at now and then */
#ifndef MONITOR_RUNNING_H
#define MONITOR_RUNNING_H

#include "monitor/monitor.h"

/* Somebody (holder) has DIR/lock: sleeps on it until it is free, or until the next look is due, and looks. A verdict. */
int running_watch(struct monitor *mo, pid_t holder);

/*
 * A registered session has no wrapper whose death could wake us: it is looked at, and nothing more, once in the base interval. Not there at two looks: it is marked to be ended, as any
 * other. A verdict.
 */
int running_session(struct monitor *mo);

#endif
