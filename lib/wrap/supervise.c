/*
 * supervise - one run of the agent, in one poll loop
 *
 * After the agent's death its pipes are read to their ends. A process that keeps them open then was
 * left by the dead attempt, and is ended.
 */
#include "wrap/supervise.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/pairs.h"
#include "engine/orphans.h"
#include "engine/stop_signal.h"
#include "proc/selfpipe.h"
#include "proc/trim.h"
#include "task/failure.h"
#include "task/history.h"
#include "task/progress.h"
#include "wrap/supervisor.h"

enum {
	PROGRESS_MS = 1000,   /* the least time between two writes of DIR/progress */
	RETRY_MS = 1000,      /* between two tries at a full disk */
	DRAIN_MS = 250,       /* for the streams to end once the agent is dead */
	LAST_DRAIN_MS = 1000, /* ... and once its leftovers are dead, too */
	LATE_TURNS = 4096,    /* a bound for what is still read after that */
	LONG_MS = 5000        /* a sleep before which memory is given back */
};

enum { P_SIGNAL, P_OUT, P_ERR, P_KEYS, P_HOOKS, P_LAST };

static void
look_at_progress(struct supervisor *v)
{
	struct agent_run *r = v->r;

	if (v->ev) {
		r->progress = *events_progress(v->ev);
		if (r->progress.ended != v->ended)
			v->ended_at = clock_ms();
		v->ended = r->progress.ended;
	} else {
		r->progress.phase = v->reaped ? PHASE_ENDED : PHASE_THINKING;
	}
}

/*
 * When an agent that has reported its end is ended if it does not exit; 0: not now. Open
 * background work will wake it, so it gets more time: counted from its report, not from the last
 * event, because background work may print events for ever.
 */
static long long
linger_until(const struct supervisor *v)
{
	if (!v->r->progress.ended || v->reaped || v->ending)
		return 0;
	if (v->r->progress.background > 0)
		return v->ended_at + v->r->background_ms;
	return v->heard_at + v->r->linger_ms;
}

static void
begin_end(struct supervisor *v)
{
	struct agent_run *r = v->r;

	if (v->ending || v->reaped)
		return;
	v->ending = 1;
	look_at_progress(v);
	r->reported_end = v->ev && ((r->progress.ended && !r->progress.unfinished)
		|| r->progress.failure != FAIL_NONE);
	orphans_ask(r->task);
	v->kill_at = clock_ms() + r->grace_ms;
}

static void
end_lingering(struct supervisor *v)
{
	const struct progress *p = &v->r->progress;
	long long waited_s = (clock_ms() - v->ended_at) / 1000;

	v->r->lingered = 1;
	if (p->background)
		history_add(v->r->task->fd, "background_timeout",
			PAIRS("open", PAIRS_NUMBER(p->background),
				"waited_s", PAIRS_NUMBER(waited_s), "work", p->tool));
	begin_end(v);
}

static void
obey(struct supervisor *v, enum stop_signal s)
{
	v->r->stop_asked |= s == STOP_TASK;
	v->r->killed |= s == STOP_ATTEMPT;
	if (s != STOP_NOT)
		begin_end(v);
}

static void
on_stop(struct supervisor *v, int sig)
{
	if (sig == SIGHUP && strcmp(v->r->engine, "none") != 0)
		v->pane.fd = v->keys = -1;
	obey(v, stop_signal_means(v->r->task, v->r->engine, sig));
}

static void
reap(struct supervisor *v)
{
	int wstatus;
	pid_t pid;

	while ((pid = waitpid(-1, &wstatus, WNOHANG)) > 0)
		if (pid == v->pid) {
			v->reaped = 1;
			v->r->wstatus = wstatus;
			v->drain_at = clock_ms() + DRAIN_MS;
		}
}

static void
on_signals(struct supervisor *v)
{
	int sig;

	while ((sig = selfpipe_next()))
		switch (sig) {
		case SIGCHLD: reap(v); break;
		case SIGWINCH:
			if (v->r->pty && v->out >= 0 && !pty_resize(v->out, 0))
				strip_width(&v->strip, pty_columns(v->out));
			break;
		case SIGCONT: streams_foreground(v); break;
		default: on_stop(v, sig);
		}
}

static void
save_progress(struct supervisor *v)
{
	struct progress p;

	v->fresh |= progress_work(&v->r->progress) || (v->r->pty && v->heard_at);
	progress_add(&p, &v->r->base, &v->r->progress, v->r->whole_session);
	p.fresh = v->fresh;
	progress_save(v->r->task->fd, &p, v->last_event);
	v->saved_at = clock_ms();
	v->dirty = 0;
}

/* What remains of the dead attempt is ended before anything else of this task is started. */
static void
sweep(struct supervisor *v)
{
	int left = orphans_sweep(v->r->task, v->pid, v->r->grace_ms, &v->r->left_session);

	v->swept = 1;
	if (left)
		history_add(v->r->task->fd, "leftovers",
			PAIRS("state", left > 0 ? "some would not end" : "cannot be seen"));
	v->drain_at = clock_ms() + LAST_DRAIN_MS;
}

static int
due(long long at, long long now)
{
	return at && now >= at;
}

static void
timers(struct supervisor *v, long long now)
{
	look_at_progress(v);
	if (v->dirty && now >= v->saved_at + PROGRESS_MS)
		save_progress(v);
	if (due(linger_until(v), now))
		end_lingering(v);
	if (due(v->kill_at, now) && !v->reaped) {
		orphans_kill(v->r->task, v->pid);
		v->kill_at = 0;
	}
	if (!v->retry_at || due(v->retry_at, now))
		v->retry_at = streams_retry(v) ? now + RETRY_MS : 0;
	if (v->r->pty && v->heard_at)
		streams_idle_line(v, now);
	if (!v->reaped)
		obey(v, remote_look(&v->r->remote, now));
	if (due(v->hooks.next, now))
		hooks_take(&v->hooks, 0);
}

static void
sooner(long long *best, long long at)
{
	if (at && (!*best || at < *best))
		*best = at;
}

/* Milliseconds until the next timer. */
static int
sleep_ms(struct supervisor *v, long long now)
{
	long long at = v->reaped ? 0 : v->r->remote.due;

	if (v->dirty)
		sooner(&at, v->saved_at + PROGRESS_MS);
	sooner(&at, linger_until(v));
	sooner(&at, v->reaped ? v->drain_at : v->kill_at);
	sooner(&at, v->retry_at);
	sooner(&at, v->hooks.next);
	if (v->r->pty && v->heard_at)
		sooner(&at, strip_due(&v->strip, v->heard_at));
	return at <= now ? 0 : at - now > INT_MAX ? INT_MAX : (int)(at - now);
}

/* One poll. 1 if the agent printed something. */
static int
turn(struct supervisor *v)
{
	struct pollfd f[P_LAST] = {
		[P_SIGNAL] = { .fd = selfpipe_fd(), .events = POLLIN },
		[P_OUT] = { .fd = v->out, .events = POLLIN },
		[P_ERR] = { .fd = v->err, .events = POLLIN },
		[P_KEYS] = { .fd = v->ntyped ? -1 : v->keys, .events = POLLIN },
		[P_HOOKS] = { .fd = v->hooks.next ? -1 : hooks_fd(&v->hooks), .events = POLLIN },
	};
	int heard, ms = sleep_ms(v, clock_ms());

	if (v->ntyped && v->out >= 0)
		f[P_OUT].events |= POLLOUT;
	if (ms >= LONG_MS && !v->trimmed)
		trim_down();
	v->trimmed = ms >= LONG_MS;
	if (poll(f, P_LAST, ms) < 0)
		return 0;
	heard = (f[P_OUT].revents | f[P_ERR].revents) & POLLIN;
	v->r->remote.moved |= heard;
	if (f[P_SIGNAL].revents)
		on_signals(v);
	if (f[P_OUT].revents & POLLOUT && v->out >= 0)
		streams_write_keys(v);
	if (f[P_OUT].revents & (POLLIN | POLLHUP | POLLERR) && v->out >= 0)
		streams_read(v);
	if (f[P_ERR].revents && v->err >= 0)
		streams_read_errors(v);
	if (f[P_KEYS].revents && v->keys >= 0)
		streams_read_keys(v);
	if (f[P_HOOKS].revents)
		hooks_take(&v->hooks, 0);
	return heard != 0;
}

static void
loop(struct supervisor *v)
{
	for (int late = 0;;) {
		int heard = turn(v);
		long long now = clock_ms();

		timers(v, now);
		if (!v->reaped)
			continue;
		if (v->out < 0 && v->err < 0)
			break;
		if (!due(v->drain_at, now))
			continue;
		if (!v->swept)
			sweep(v);
		else if (!heard || late++ > LATE_TURNS)
			break; /* not earlier: a slow pane must not cost the last words */
	}
	if (!v->swept)
		sweep(v);
}

int
supervise_run(struct agent_run *r, char why[WHY])
{
	struct supervisor *v = calloc(1, sizeof *v);
	int ret;

	if (!v)
		return err_why(why, "calloc:");
	v->r = r;
	v->out = v->err = v->keys = -1;
	v->events.fd = v->errlog.fd = v->log.fd = -1;
	r->wstatus = -1;
	strip_init(&v->strip);
	pane_open(&v->pane);
	remote_begin(&r->remote);
	ret = start_open(v, why) || start_agent(v, why) ? -1 : 0;
	if (!ret && v->pid > 0) {
		v->saved_at = clock_ms() - PROGRESS_MS;
		v->dirty = 1;
		loop(v);
		hooks_take(&v->hooks, 1);
		streams_finish(v);
		r->progress.phase = PHASE_ENDED;
		r->progress.open_tools = r->progress.background = 0;
		save_progress(v);
	}
	remote_end(&r->remote);
	start_close(v);
	free(v);
	return ret;
}
