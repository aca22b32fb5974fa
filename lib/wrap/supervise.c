/*
 * supervise - one run of the agent
 *
 * One poll loop. After the agent's death its pipes are read to their ends; what still holds them open then belongs to the dead attempt and is ended.
 */
#include "task/failure.h"
#include "wrap/run.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "engine/stop_signal.h"
#include "proc/selfpipe.h"
#include "proc/trim.h"
#include "task/history.h"
#include "engine/orphans.h"
#include "task/progress.h"

enum {
	PROGRESS_MS = 1000,   /* progress is made anew at most that often */
	RETRY_MS = 1000,      /* between two looks at a full disk */
	DRAIN_MS = 250,       /* for the streams to end by themselves once the agent is dead */
	LAST_DRAIN_MS = 1000, /* ... and once its leftovers are, too */
	LATE_TURNS = 4096     /* what still comes then is read, but not for ever */
};

enum { P_SIGNAL, P_OUT, P_ERR, P_KEYS, P_LAST };

static void
begin_end(struct run *u)
{
	if (u->ending || u->reaped)
		return;
	u->ending = 1;
	linger_look(u);
	u->r->said = u->ev && ((u->r->progress.ended && !u->r->progress.unfinished) || u->r->progress.failure != FAIL_NONE);
	orphans_ask(u->r->task);
	u->kill_at = clock_ms() + u->r->grace_ms;
}

/* One that may end us (stop_signal.h). */
static void
on_stop(struct run *u, int sig)
{
	enum stop_signal s;

	if (sig == SIGHUP && strcmp(u->r->engine, "none") != 0)
		u->pane.fd = u->keys = -1;
	if ((s = stop_signal_means(u->r->task, u->r->engine, sig)) == STOP_NOT)
		return;
	if (s == STOP_TASK)
		u->r->stop_asked = 1;
	else
		u->r->killed = 1;
	begin_end(u);
}

static void
reap(struct run *u)
{
	int wstatus;
	pid_t pid;

	while ((pid = waitpid(-1, &wstatus, WNOHANG)) > 0)
		if (pid == u->pid) {
			u->reaped = 1;
			u->r->wstatus = wstatus;
			u->drain_at = clock_ms() + DRAIN_MS;
		}
}

static void
on_signals(struct run *u)
{
	int sig;

	while ((sig = selfpipe_next()))
		switch (sig) {
		case SIGCHLD: reap(u); break;
		case SIGWINCH:
			if (u->r->pty && u->out >= 0 && !pty_resize(u->out, 0))
				strip_width(&u->strip, pty_columns(u->out));
			break;
		case SIGCONT:
			streams_foreground(u);
			break;
		default:
			on_stop(u, sig);
		}
}

static void
save_progress(struct run *u)
{
	struct progress p;

	u->fresh |= progress_work(&u->r->progress) || (u->r->pty && u->heard_at);
	progress_add(&p, &u->r->base, &u->r->progress, u->r->whole_session);
	p.fresh = u->fresh;
	progress_save(u->r->task->fd, &p, u->last_event);
	u->saved_at = clock_ms();
	u->dirty = 0;
}

static int
due(long long at, long long now)
{
	return at && now >= at;
}

/* What remains of a dead attempt is ended before anything else of this task is started. */
static void
sweep(struct run *u)
{
	int left = orphans_sweep(u->r->task, u->pid, u->r->grace_ms, &u->r->behind);

	u->swept = 1;
	if (left)
		history_add(u->r->task->fd, "leftovers", (const char *const[]){ "state", left > 0 ? "some would not end" : "cannot be seen", NULL });
	u->drain_at = clock_ms() + LAST_DRAIN_MS;
}

static void
timers(struct run *u, long long now)
{
	linger_look(u);
	if (u->dirty && now >= u->saved_at + PROGRESS_MS)
		save_progress(u);
	if (due(linger_over_at(u), now)) {
		u->r->lingered = 1;
		linger_tell_over(u);
		begin_end(u);
	}
	if (due(u->kill_at, now) && !u->reaped) {
		orphans_kill(u->r->task, u->pid);
		u->kill_at = 0;
	}
	if (!u->retry_at || due(u->retry_at, now))
		u->retry_at = streams_retry(u) ? now + RETRY_MS : 0;
	if (u->r->pty && u->heard_at)
		streams_idle_line(u, now);
}

static void
sooner(long long *best, long long at)
{
	if (at && (!*best || at < *best))
		*best = at;
}

/* Milliseconds until the next timer, -1: none is set, so nothing wakes us but the agent, the person or a signal. */
static int
sleep_ms(struct run *u, long long now)
{
	long long at = 0;

	if (u->dirty)
		sooner(&at, u->saved_at + PROGRESS_MS);
	sooner(&at, linger_over_at(u));
	if (!u->reaped)
		sooner(&at, u->kill_at);
	else
		sooner(&at, u->drain_at);
	sooner(&at, u->retry_at);
	if (u->r->pty && u->heard_at)
		sooner(&at, strip_due(&u->strip, u->heard_at));
	if (!at)
		return -1;
	return at <= now ? 0 : at - now > 60000 ? 60000 : (int)(at - now);
}

/* 1 if the agent was heard. */
static int
turn(struct run *u)
{
	int heard, ms;

	struct pollfd f[P_LAST] = {
		[P_SIGNAL] = { .fd = selfpipe_fd(), .events = POLLIN },
		[P_OUT] = { .fd = u->out, .events = POLLIN },
		[P_ERR] = { .fd = u->err, .events = POLLIN },
		[P_KEYS] = { .fd = u->ntyped ? -1 : u->keys, .events = POLLIN },
	};

	if (u->ntyped && u->out >= 0)
		f[P_OUT].events |= POLLOUT;
	ms = sleep_ms(u, clock_ms());
	if (ms < 0 && !u->slim)
		trim_down();
	u->slim = ms < 0;
	if (poll(f, P_LAST, ms) < 0)
		return 0;
	heard = (f[P_OUT].revents | f[P_ERR].revents) & POLLIN;
	if (f[P_SIGNAL].revents)
		on_signals(u);
	if (f[P_OUT].revents & POLLOUT && u->out >= 0)
		streams_write_keys(u);
	if (f[P_OUT].revents & (POLLIN | POLLHUP | POLLERR) && u->out >= 0)
		streams_read(u);
	if (f[P_ERR].revents && u->err >= 0)
		streams_read_errors(u);
	if (f[P_KEYS].revents && u->keys >= 0)
		streams_read_keys(u);
	return heard != 0;
}

static void
loop(struct run *u)
{
	for (int late = 0;;) {
		int heard = turn(u);
		long long now = clock_ms();

		timers(u, now);
		if (!u->reaped)
			continue;
		if (u->out < 0 && u->err < 0)
			break;
		if (!due(u->drain_at, now))
			continue;
		if (!u->swept)
			sweep(u);
		else if (!heard || late++ > LATE_TURNS) /* a pane that is slow to take it must not cost the last words */
			break;
	}
	if (!u->swept)
		sweep(u);
}

int
supervise_run(struct supervised *r, char why[WHY])
{
	struct run *u = calloc(1, sizeof *u);
	int ret;

	if (!u)
		return err_why(why, "calloc:");
	u->r = r;
	u->out = u->err = u->keys = -1;
	u->events.fd = u->errlog.fd = u->log.fd = -1;
	r->wstatus = -1;
	r->quiet_pty = 1;
	strip_init(&u->strip);
	pane_open(&u->pane, 1);
	ret = start_open(u, why) || start_agent(u, why) ? -1 : 0;
	if (!ret && u->pid > 0) {
		u->saved_at = clock_ms() - PROGRESS_MS;
		u->dirty = 1;
		loop(u);
		streams_finish(u);
		r->progress.phase = PHASE_ENDED;
		r->progress.open_tools = r->progress.background = 0;
		save_progress(u);
	}
	start_close(u);
	free(u);
	return ret;
}
