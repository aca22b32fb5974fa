/* monitor - what all parts of a monitor share: its task, what it remembers, its log */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include <signal.h>

#include "agent/agent.h"
#include "base/err.h"
#include "base/stopwatch.h"
#include "monitor/inspect.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/status.h"
#include "task/task.h"

struct monitor {
	struct task t;
	struct manifest m;         /* as last read */
	struct config conf;
	struct agent *agent;
	struct inspect inspect;
	int once;                  /* one pass: it ends where it would wait, ... */
	int leave;                 /* ... and has come there */
	struct stopwatch watch;    /* how long we have watched while the machine was awake ... */
	long long kept_ms;         /* ... and how much of that is in the manifest */
	int missed;                /* looks in a row that did not find a registered session */
	int unseen;                /* its engine cannot tell of it; logged once while so */
	int session_looks;         /* at the session of a waiting task, since the last launch ... */
	long long session_look_at; /* ... and when the next is due (clock_ms) */
	pid_t launcher;            /* the holder of launch.lock; 0: none ... */
	long long launching_since; /* ... and since when we have seen it (clock_ms) */
	int queue_looks;           /* in a row that found that its engine still has it */
	long long queued_ms;       /* spent waiting for a slot, not yet in the manifest */
	int engine_ended;          /* the engine itself ended the last attempt */
	char trouble[WHY];         /* of the last inspection: logged once while it lasts; "" none */
	const volatile sig_atomic_t *stopped; /* not 0: the signal that told us to end */
	char why_ended[WHY];       /* the complaint with which it ends; "": none */
};

/*
 * Functions that say "a step" return this while the monitor goes on, else the exit code to end
 * with.
 */
enum { MONITOR_ON = -1 };

/* A line for the log; detail may be "". */
void monitor_say(const struct monitor *mo, const char *what, const char *detail);

/* Of the manifest as last read; "" if there is no such key. */
const char *monitor_get(const struct monitor *mo, const char *key);
/* A setting, from the environment, the task, the config or the defaults. */
long long monitor_num(const struct monitor *mo, const char *key);

/* Its engine cannot tell of it (unseen), or can again. */
void monitor_unseen(struct monitor *mo, int unseen, const char *why);

/* manifest_change, which does not read m anew. A failure is logged. */
void monitor_change(struct monitor *mo, const char *const kv[]);
/* manifest_turn: 1 if the status was changed. A failure is logged. */
int monitor_turn(struct monitor *mo, enum status from, int unattended, const char *const kv[]);

/* Reads m anew. A step. */
int monitor_reload(struct monitor *mo);

/*
 * Sleeps ms milliseconds, or until a signal, but no longer than the base interval, so that it is
 * seen when the task ends or a person launches it. In one pass it does not sleep, but sets leave.
 */
void monitor_pause(struct monitor *mo, long long ms);

/*
 * 1 if a wait is over: we are to end, or the task has ended, is to end, or was launched by another.
 */
int monitor_overtaken(struct monitor *mo);

/*
 * For a task that waits without a wrapper: 1 if somebody has closed its session, which is a stop,
 * so DIR/stop is written. This asks the engine; so monitor_overtaken does it once in the base
 * interval, and after some minutes less often, and it is to be asked once more before a launch.
 */
int monitor_closed(struct monitor *mo);
/* The engine said so: writes DIR/stop. 1; 0 it could not be written. */
int monitor_session_closed(struct monitor *mo);

#endif
