/* deadline - how long all monitors of a task have watched it, and whether that is long enough */
#ifndef MONITOR_DEADLINE_H
#define MONITOR_DEADLINE_H

#include "monitor/monitor.h"

/*
 * Time counts while a monitor watches and the machine is awake, because no work can be done in
 * other times. The sum is in the manifest (watched). It is written now and then, as each write
 * costs two syncs, so a killed monitor forgets five minutes at most; mo->m is read anew after a
 * write. A step.
 */
int deadline_note(struct monitor *mo);

/* Writes it at once, if anything is to be added: for the end of a monitor. A step. */
int deadline_keep(struct monitor *mo);

/* 1 if it is over. */
int deadline_over(struct monitor *mo);

/* The milliseconds of this monitor that count so far. */
long long deadline_ms(struct monitor *mo);

/* The time since deadline_ms was since_ms was spent waiting: the deadline moves by it (waited). */
void deadline_excuse(struct monitor *mo, long long since_ms);

#endif
