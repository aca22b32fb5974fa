/* stop_signal - what a signal asks of a task's wrapper */
#include "engine/stop_signal.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/pairs.h"
#include "engine/about.h"
#include "engine/alive.h"
#include "file/file.h"
#include "proc/selfpipe.h"
#include "task/history.h"
#include "task/manifest.h"

enum {
	ENGINE_MS = 5000,
	SECOND_LOOK_MS = 300 /* a server that is ending still answers for a moment */
};

int
stop_signal_closed(const struct task *t, const char *engine)
{
	return strcmp(engine, "none") &&
		alive_ask(engine, t->path, "", ENGINE_MS, NULL) == ALIVE_CLOSED;
}

/* Our terminal is gone: closed by hand, which stops the task, or with its server. */
static enum stop_signal
hangup(const struct task *t, const char *engine)
{
	const char *tmux = getenv("TMUX"); /* names our server: another may have taken its place */
	const char *within = tmux ? tmux : "-", *because = "unknown";
	enum alive a;

	if (!strcmp(engine, "none"))
		return STOP_NOT;
	a = alive_ask(engine, t->path, within, ENGINE_MS, NULL);
	if (a == ALIVE_CLOSED) {
		poll(NULL, 0, SECOND_LOOK_MS);
		a = alive_ask(engine, t->path, within, ENGINE_MS, NULL);
	}
	if (a == ALIVE_CLOSED)
		because = "session_closed";
	else if (a == ALIVE_GONE)
		because = "engine_gone";
	history_add(t->fd, "pane_lost", PAIRS("because", because));
	return a == ALIVE_CLOSED ? STOP_TASK : STOP_NOT;
}

/*
 * An engine that tells is asked while it ends us, for later it may know nothing of us. What it ends
 * by itself is the end of this attempt alone, and costs no retry: the next start drops the key.
 */
static enum stop_signal
terminated(const struct task *t, const char *engine)
{
	char reason[ALIVE_REASON], why[WHY];
	enum alive a;

	if (file_there(t->fd, "stop") == 1)
		return STOP_TASK;
	if (!about_engine(engine, t->path).tells)
		return STOP_ATTEMPT;
	a = alive_ask(engine, t->path, "", ENGINE_MS, reason);
	if (a == ALIVE_CLOSED)
		history_add(t->fd, "pane_lost", PAIRS("because", "session_closed"));
	if (a == ALIVE_GONE && *reason) {
		history_add(t->fd, "engine_ended", PAIRS("because", reason));
		manifest_change(t->fd, PAIRS("engine_ended", reason), why);
	}
	return a == ALIVE_CLOSED ? STOP_TASK : STOP_ATTEMPT;
}

static enum stop_signal
look_up(const struct task *t, const char *engine, int sig)
{
	switch (sig) {
	case SIGINT:
	case SIGQUIT: return STOP_TASK;
	case SIGTERM: return terminated(t, engine);
	case SIGHUP: return hangup(t, engine);
	default: return STOP_NOT;
	}
}

enum stop_signal
stop_signal_means(const struct task *t, const char *engine, int sig)
{
	enum stop_signal s = look_up(t, engine, sig);

	/* On disk first: if we are killed before the tree has ended, nothing resumes the task. */
	if (s == STOP_TASK && file_there(t->fd, "stop") != 1)
		file_mark(t->fd, "stop");
	return s;
}

enum stop_signal
stop_signal_asked(const struct task *t)
{
	if (file_there(t->fd, "stop") == 1)
		return STOP_TASK;
	return file_there(t->fd, "end") == 1 ? STOP_ATTEMPT : STOP_NOT;
}

enum stop_signal
stop_signal_wait(const struct task *t, const char *engine, pid_t pid, int look_ms, int *wstatus,
	int *sig)
{
	for (;;) {
		struct pollfd f = { .fd = selfpipe_fd(), .events = POLLIN };
		enum stop_signal s;
		pid_t p;

		while ((p = waitpid(-1, wstatus, WNOHANG)) > 0)
			if (p == pid)
				return STOP_NOT;
		poll(&f, 1, look_ms);
		while ((*sig = selfpipe_next()))
			if ((s = stop_signal_means(t, engine, *sig)) != STOP_NOT)
				return s;
		*sig = SIGTERM;
		if ((s = stop_signal_asked(t)) != STOP_NOT)
			return s;
	}
}

int
stop_signal_late(const struct task *t, const char *engine)
{
	int sig, stopped = file_there(t->fd, "stop") == 1;

	while ((sig = selfpipe_next()))
		stopped |= stop_signal_means(t, engine, sig) == STOP_TASK;
	return stopped;
}
