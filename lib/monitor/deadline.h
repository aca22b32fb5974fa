/* deadline - for how long a task has been watched, over all its monitors, and whether that is long enough */
#ifndef MONITOR_DEADLINE_H
#define MONITOR_DEADLINE_H

#include "monitor/monitor.h"

/*
 * Time counts while a monitor watches and the machine is awake; what a machine spends off or asleep
 * is no work that was not done. The sum stands in the manifest (watched), which is written anew now
 * and then, for each time costs two syncs: a monitor that is killed forgets five minutes at most.
 * mo->m is read anew when it was written. A verdict.
 */
int deadline_note(struct monitor *mo);

/* The same at once, if there is anything to add: before the monitor ends. A verdict. */
int deadline_keep(struct monitor *mo);

/* 1 if it is over. */
int deadline_over(struct monitor *mo);

/* Milliseconds since the monitor began, as far as they count. */
long long deadline_ms(struct monitor *mo);

#endif
