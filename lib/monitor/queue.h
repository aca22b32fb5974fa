/*
 * queue - a task that waits: in its engine, without a wrapper, which may run or end there as well;
 * or for a slot, for which its wrapper waits
 */
#ifndef MONITOR_QUEUE_H
#define MONITOR_QUEUE_H

#include "monitor/monitor.h"

/*
 * For a task that was launched: asks the engine, if it is one that tells. *has: 1 if the engine
 * still has the task, so that nothing is to be started; then a pause was made. 0: mo->engine_ended
 * tells whether the engine itself ended it. A step.
 */
int queue_look(struct monitor *mo, int *has);

/*
 * The wrapper waits for a slot, and we have slept since deadline_ms was began: that time does not
 * count. It is written down if `over`, and else now and then.
 */
void queue_slept(struct monitor *mo, long long began, int over);

#endif
