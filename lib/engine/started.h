/* started - whether a task that an engine was told to start has come to run */
#ifndef ENGINE_STARTED_H
#define ENGINE_STARTED_H

#include "engine/about.h"
#include "engine/alive.h"
#include "task/manifest.h"
#include "task/task.h"

enum started {
	STARTED_NOT,   /* not in time */
	STARTED,       /* its wrapper runs, or has already run */
	STARTED_QUEUED /* its engine has it, and starts it by itself */
};

enum { STARTED_SAYS = 2048 };

/*
 * Makes DIR/started, by which the wrapper tells that it runs. The descriptor; both ends of the fifo
 * stay open in this process, so that it never ends. -1 where there is no such thing, as on some
 * network file systems: then only the lock tells.
 */
int started_fifo(const struct task *t);

/*
 * Waits ms milliseconds for the wrapper. fifo: of started_fifo. what: what the task waits for if it
 * is queued; "": it is just being started.
 */
enum started started_wait(const struct task *t, const char *engine, const struct about *about,
	long long ms, int fifo, char what[ALIVE_REASON]);

/* STARTED_QUEUED if the engine says so, or that it runs it; else STARTED_NOT. what: the same. */
enum started started_ask(const struct task *t, const char *engine, const struct about *about,
	char what[ALIVE_REASON]);

/*
 * Keeps the lines key=value of an engine as engine_KEY in the manifest, and drops those of an
 * earlier start, which m has. says is changed. 0; -1 with why.
 */
int started_keep(const struct task *t, const struct manifest *m, char *says, char why[WHY]);

#endif
