/*
 * vitals - DIR/vitals: what the processes of a silent attempt do, for who cannot see them
 *
 * Its time is the monotonic clock of the wrapper's host, so only two of the same attempt can be
 * compared: one that has not changed since an earlier look proves nothing.
 */
#ifndef PROBE_VITALS_H
#define PROBE_VITALS_H

#include "proc/tree.h"
#include "task/task.h"

/* For the wrapper: writes how the processes below it are now. 0, -1 with errno. */
int vitals_write(const struct task *t);

/* Sets what was written, and when (*at_ms). 0; -1 with errno, ENOENT if there is none. */
int vitals_read(const struct task *t, struct tree_usage *use, long long *at_ms);

#endif
