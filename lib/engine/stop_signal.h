/* stop_signal - what a signal asks of a task's wrapper: one table for every phase */
#ifndef ENGINE_STOP_SIGNAL_H
#define ENGINE_STOP_SIGNAL_H

#include <sys/types.h>

#include "task/task.h"

/*
 *                              agent or check runs, or
 *                              it waits for its slot       between them, and after the end
 *   INT, QUIT (typed)          the task is stopped         the task is stopped
 *   TERM, DIR/stop is there    the task is stopped         the task is stopped
 *   TERM, the engine closed it the task is stopped         the task is stopped
 *   TERM                       the attempt has crashed     nothing: it has ended
 *   HUP, session closed        the task is stopped         the task is stopped
 *   HUP, server gone           nothing: it goes on         nothing
 */

/*
 * An agent with a terminal of its own gets the keys typed there itself: they are not signals to the
 * wrapper. While no wrapper runs (pause, usage limit, launch), rca-reap -k is noticed by DIR/stop
 * alone, and a closed session by rca-monitor through stop_signal_closed. A task that has completed
 * when the stop comes stays completed.
 */
enum stop_signal {
	STOP_NOT,
	STOP_ATTEMPT, /* this attempt ends; the task is resumed */
	STOP_TASK     /* for good: DIR/stop is there already, unless the disk refused it */
};

/* What sig asks for. For HUP and TERM it asks the engine, which takes seconds at most. */
enum stop_signal stop_signal_means(const struct task *t, const char *engine, int sig);

/*
 * Waits for the child pid, and reaps others. STOP_NOT: it has ended, with *wstatus. Else a signal
 * came first, its number in *sig, or a file each look_ms (SIGTERM), and the caller has to end the
 * child.
 */
enum stop_signal stop_signal_wait(const struct task *t, const char *engine, pid_t pid,
	int look_ms, int *wstatus, int *sig);

/* What DIR/stop or DIR/end ask of a wrapper that cannot be signalled. */
enum stop_signal stop_signal_asked(const struct task *t);

/* After an attempt: 1 if DIR/stop is there, or an unread signal asks to stop the task. */
int stop_signal_late(const struct task *t, const char *engine);

/* 1 if the task's session was closed by hand while its server lives; 0 also if unknown. */
int stop_signal_closed(const struct task *t, const char *engine);

#endif
