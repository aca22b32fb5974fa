/* queue - a task without a wrapper that its engine still has: it waits, runs or ends there */
#ifndef MONITOR_QUEUE_H
#define MONITOR_QUEUE_H

#include "monitor/monitor.h"

/*
 * For a task that was launched: asks the engine, if it is one that tells. *has: 1 if the engine
 * still has the task, so that nothing is to be started; then a pause was made. 0: mo->engine_ended
 * tells whether the engine itself ended it. A step.
 */
int queue_look(struct monitor *mo, int *has);

#endif
