/* monitor - what the rooms of a monitor share: its task, what it remembers, where it writes its log */
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
	struct manifest m;       /* as last read */
	struct config conf;
	struct agent *agent;
	struct inspect inspect;
	struct stopwatch watch;  /* how long we have watched, the machine being awake */
	long long kept_ms;       /* ... of which so much stands in the manifest */
	int missed;              /* looks in a row at which a registered session was not there */
	int looks;               /* since the last launch, at the session of a task that nobody holds ... */
	long long look_at;       /* ... and when the next is due (clock_ms) */
	pid_t launcher;          /* who has a launch in hand; 0 nobody ... */
	long long launching_since; /* ... and since when it was seen to (clock_ms) */
	int deaf;                /* its session cannot be looked at: said once while it lasts */
	char trouble[WHY];       /* of the last checkup, which is not said again while it lasts; "" none */
	const volatile sig_atomic_t *stopped; /* not 0: somebody wants us to end */
	void (*say)(const struct monitor *mo, const char *what, const char *detail); /* a line of the log; detail may be "" */
	char last[WHY];          /* why it ends, if that is still to be said; "" else */
};

/* What a room returns: that the monitor goes on, or else the exit code with which it ends. */
enum { MONITOR_ON = -1 };

/* Of the manifest as last read; "" if there is no such key. */
const char *monitor_get(const struct monitor *mo, const char *key);
/* A setting, wherever it is made (config.h). */
long long monitor_num(const struct monitor *mo, const char *key);

/* manifest_change; what goes wrong is said. m is not read anew. */
void monitor_change(struct monitor *mo, const char *const kv[]);
/* manifest_turn; what goes wrong is said. 1 if it was turned. */
int monitor_turn(struct monitor *mo, enum status from, int unattended, const char *const kv[]);

/* Reads m anew. A verdict. */
int monitor_reload(struct monitor *mo);

/* For so long, or until a signal; at most the base interval, so that a task that ends or is taken up by hand meanwhile is seen. */
void monitor_pause(const struct monitor *mo, long long ms);

/* Something else has happened to a task that nobody held: we are to go, it ended, is to end, or somebody took it up. */
int monitor_overtaken(struct monitor *mo);

/*
 * Whether somebody has closed the session of a task that waits, held by nobody: that is a stop, and DIR/stop says so from then on. It asks the engine, so for monitor_overtaken it looks
 * each base interval, after some minutes only now and then; whoever is about to launch after a wait asks once more.
 */
int monitor_closed(struct monitor *mo);

#endif
