/*
 * stop_signal - what a signal asks of the wrapper of a task: one table for every phase
 *
 *                              agent runs, or is being ended      check runs                       between, and after the end
 *   INT, QUIT (typed)          the task is stopped                the task is stopped              the task is stopped
 *   TERM, DIR/stop is there    the task is stopped                the task is stopped              the task is stopped
 *   TERM                       the attempt has crashed            the attempt has crashed          nothing: it has ended
 *   HUP, session closed        the task is stopped                the task is stopped              the task is stopped
 *   HUP, server gone           nothing: it goes on without        nothing                          nothing
 *
 * On a terminal of its own (a command, an interface) what is typed goes to the agent while it runs, and is no signal to us. Where nobody runs (pause, usage limit, launch) rca-reap -k
 * is heard by DIR/stop alone, and a closed session by rca-monitor, which asks stop_signal_closed. What has been completed when the stop comes stays completed.
 */
#ifndef ENGINE_STOP_SIGNAL_H
#define ENGINE_STOP_SIGNAL_H

#include <sys/types.h>

#include "task/task.h"

enum stop_signal {
	STOP_NOT,
	STOP_ATTEMPT, /* this attempt ends; the task is carried on */
	STOP_TASK     /* for good: DIR/stop says so already, if the disk took it */
};

/* What sig asks for. Of a HUP the engine is asked, which takes seconds at most. */
enum stop_signal stop_signal_means(const struct task *t, const char *engine, int sig);

/* Waits for pid, a child. STOP_NOT: it has ended, *wstatus is set. Else a signal came before that, its number in *sig: the child is to be ended. Other children that end are reaped. */
enum stop_signal stop_signal_wait(const struct task *t, const char *engine, pid_t pid, int *wstatus, int *sig);

/* Whether the task is to be stopped by what came last, for when the attempt has ended: DIR/stop is there, or a signal that was not read yet. */
int stop_signal_late(const struct task *t, const char *engine);

/* Whether the task's session was closed by hand, its server alive. Not so if the engine cannot tell. */
int stop_signal_closed(const struct task *t, const char *engine);

#endif
