/*
 * relay - one run of the agent
 *
 * One poll loop. After the agent's death its pipes are read to their ends; what still holds them open then belongs to the dead attempt and is ended.
 */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "atomic.h"
#include "clock.h"
#include "engine.h"
#include "history.h"
#include "progress.h"
#include "pty.h"
#include "result.h"
#include "spawn.h"
#include "strip.h"
#include "tree.h"

enum {
	PROGRESS_MS = 1000,   /* progress is made anew at most that often */
	RETRY_MS = 1000,      /* between two looks at a full disk */
	DRAIN_MS = 250,       /* for the streams to end by themselves once the agent is dead */
	LAST_DRAIN_MS = 1000, /* ... and once its leftovers are, too */
	ENGINE_MS = 5000,
	SECOND_LOOK_MS = 300, /* a server that is being ended still answers for a moment */
	READ_SIZE = 65536,
	RESULT_TRIES = 60,    /* on a full disk, RETRY_MS apart */
	LINE_SIZE = 8192,
	KEYS_SIZE = 4096
};

enum { P_SIGNAL, P_OUT, P_ERR, P_KEYS, P_LAST };

struct run {
	struct relay *r;
	struct sink events, errlog, log;
	struct pane pane;
	struct strip strip;
	struct events *ev;
	int out, err, keys;     /* what is read; -1: ended, or not there. On a pty `out` is the master, written to as well */
	struct pty_saved outer;
	pid_t pid;
	int reaped, swept, ending;
	long long kill_at, drain_at, saved_at, heard_at, retry_at; /* clock_ms; 0: not set */
	long long last_event;   /* epoch seconds */
	int dirty, fresh;
	char line[LINE_SIZE];   /* of stderr */
	size_t nline;
	char typed[KEYS_SIZE];  /* for the agent's terminal */
	size_t ntyped;
	int interrupt_typed;
	off_t start;            /* where this attempt begins in events.jsonl; on a pty, in output.log */
	char buf[READ_SIZE];
};

static int signal_pipe[2] = { -1, -1 };

static void
on_signal(int sig)
{
	int saved = errno;
	char c = (char)sig;

	while (write(signal_pipe[1], &c, 1) < 0 && errno == EINTR)
		;
	errno = saved;
}

static int
quiet_fd(int fd)
{
	return fcntl(fd, F_SETFD, FD_CLOEXEC) || fcntl(fd, F_SETFL, O_NONBLOCK) ? -1 : 0;
}

int
relay_signals(void)
{
	static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGWINCH, SIGCHLD };
	struct sigaction act;

	if (pipe(signal_pipe) || quiet_fd(signal_pipe[0]) || quiet_fd(signal_pipe[1]))
		return -1;
	memset(&act, 0, sizeof act);
	sigemptyset(&act.sa_mask);
	act.sa_handler = on_signal;
	act.sa_flags = SA_RESTART;
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
		if (sigaction(caught[i], &act, NULL))
			return -1;
	act.sa_handler = SIG_IGN;
	return sigaction(SIGPIPE, &act, NULL) || sigaction(SIGTTOU, &act, NULL) || sigaction(SIGTTIN, &act, NULL);
}

/* For a person: into the log and onto the pane. */
static void
say(void *ctx, const char *s, size_t n)
{
	struct run *u = ctx;

	sink_write(&u->log, s, n);
	pane_write(&u->pane, s, n);
}

static int
log_stripped(void *ctx, const char *s, size_t n)
{
	struct run *u = ctx;

	sink_write(&u->log, s, n);
	return 0;
}

static void
begin_end(struct run *u)
{
	if (u->ending || u->reaped)
		return;
	u->ending = 1;
	tree_kill(getpid(), u->r->task->path, NULL, 0, SIGTERM);
	tree_kill(getpid(), u->r->task->path, NULL, 0, SIGCONT);
	u->kill_at = clock_ms() + u->r->grace_ms;
}

/* Our terminal is gone. Closed by hand while its server lives: stop. With its server: the agent need not care, it has its own. */
static void
on_hangup(struct run *u)
{
	char why[WHY];
	int r;

	if (!strcmp(u->r->engine, "none"))
		return;
	u->pane.fd = -1;
	u->keys = -1;
	r = engine_call(u->r->engine, "alive", u->r->task->path, NULL, NULL, 0, ENGINE_MS, why);
	if (r == ENGINE_CLOSED) {
		poll(NULL, 0, SECOND_LOOK_MS);
		r = engine_call(u->r->engine, "alive", u->r->task->path, NULL, NULL, 0, ENGINE_MS, why);
	}
	history_add(u->r->task->fd, "pane_lost", (const char *const[]){ "because", r == ENGINE_CLOSED ? "session_closed" : r == ENGINE_DEAD ? "engine_gone" : "unknown", NULL });
	if (r != ENGINE_CLOSED)
		return;
	u->r->stop_asked = 1;
	begin_end(u);
}

static void
on_term(struct run *u)
{
	if (atomic_there(u->r->task->fd, "stop") == 1)
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
	char sig[64];
	ssize_t n;

	while ((n = read(signal_pipe[0], sig, sizeof sig)) > 0)
		for (ssize_t i = 0; i < n; i++)
			switch (sig[i]) {
			case SIGCHLD: reap(u); break;
			case SIGTERM: on_term(u); break;
			case SIGHUP: on_hangup(u); break;
			case SIGWINCH:
				if (u->r->pty && u->out >= 0)
					pty_resize(u->out, 0);
				break;
			default: /* Ctrl-C, Ctrl-\ in the pane */
				u->r->stop_asked = 1;
				begin_end(u);
			}
}

/* A line of the agent's stderr, or as much of a long one as fits. */
static void
error_line(struct run *u)
{
	char shown[LINE_SIZE * 2];

	if (u->nline && events_stderr(u->ev, u->line, u->nline, clock_now())) {
		strip_text(shown, sizeof shown - 1, u->line, u->nline);
		strcat(shown, "\n");
		say(u, shown, strlen(shown));
	}
	u->nline = 0;
}

static void
hear_errors(struct run *u, const char *s, size_t n)
{
	sink_write(&u->errlog, s, n);
	for (; n > 0; s++, n--) {
		if (*s == '\n')
			error_line(u);
		else
			u->line[u->nline++] = *s;
		if (u->nline == sizeof u->line)
			error_line(u);
	}
	/* The session may be told here alone. */
	u->r->heard(u->r->ctx, events_progress(u->ev));
}

static void
hear(struct run *u, const char *s, size_t n)
{
	u->last_event = clock_now();
	u->heard_at = clock_ms();
	u->dirty = 1;
	if (u->r->pty) {
		u->r->quiet_pty = 0;
		pane_write(&u->pane, s, n);
		strip_feed(&u->strip, s, n, log_stripped, u);
		return;
	}
	sink_write(&u->events, s, n);
	events_feed(u->ev, s, n, u->last_event);
	u->r->heard(u->r->ctx, events_progress(u->ev));
}

/* Reads what is at hand. On the end, or an error (a pty's end is EIO), *fd is closed and becomes -1. */
static void
drain(struct run *u, int *fd, void (*f)(struct run *, const char *, size_t))
{
	ssize_t n = read(*fd, u->buf, sizeof u->buf);

	if (n > 0) {
		f(u, u->buf, (size_t)n);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		close(*fd);
		*fd = -1;
	}
}

static void
read_keys(struct run *u)
{
	ssize_t n = read(u->keys, u->typed, sizeof u->typed);

	if (n <= 0) {
		if (n == 0 || (errno != EINTR && errno != EAGAIN))
			u->keys = -1;
		return;
	}
	u->ntyped = (size_t)n;
	u->interrupt_typed = memchr(u->typed, 3, u->ntyped) || memchr(u->typed, 28, u->ntyped);
}

static void
write_keys(struct run *u)
{
	ssize_t n = write(u->out, u->typed, u->ntyped);

	if (n < 0)
		n = errno == EINTR || errno == EAGAIN ? 0 : (ssize_t)u->ntyped;
	memmove(u->typed, u->typed + n, u->ntyped - (size_t)n);
	u->ntyped -= (size_t)n;
}

static void
save_progress(struct run *u)
{
	struct progress p;

	u->fresh |= progress_work(&u->r->progress) || (u->r->pty && u->heard_at);
	progress_add(&p, &u->r->base, &u->r->progress);
	p.fresh = u->fresh;
	progress_save(u->r->task->fd, &p, u->last_event);
	u->saved_at = clock_ms();
	u->dirty = 0;
}

static void
look_at_events(struct run *u)
{
	if (u->ev)
		u->r->progress = *events_progress(u->ev);
	else if (u->r->pty)
		u->r->progress.phase = u->reaped ? PHASE_ENDED : PHASE_THINKING;
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
	u->swept = 1;
	if (tree_end(getpid(), u->r->task->path, NULL, 0, 0, u->r->grace_ms) > 0)
		history_add(u->r->task->fd, "leftovers", (const char *const[]){ "state", "some would not end", NULL });
	u->drain_at = clock_ms() + LAST_DRAIN_MS;
}

static void
timers(struct run *u, long long now)
{
	look_at_events(u);
	if (u->dirty && now >= u->saved_at + PROGRESS_MS)
		save_progress(u);
	if (u->r->progress.ended && !u->reaped && !u->ending && now >= u->heard_at + u->r->linger_ms) {
		u->r->lingered = 1;
		begin_end(u);
	}
	if (due(u->kill_at, now) && !u->reaped) {
		tree_end(getpid(), u->r->task->path, NULL, 0, u->pid, 0);
		u->kill_at = 0;
	}
	if (due(u->retry_at, now)) {
		sink_retry(&u->events);
		sink_retry(&u->errlog);
		sink_retry(&u->log);
	}
	u->retry_at = u->events.nheld || u->errlog.nheld || u->log.nheld ? now + RETRY_MS : 0;
	if (u->r->pty && u->heard_at && strip_quiet_ms(&u->strip) >= 0 && now >= u->heard_at + strip_quiet_ms(&u->strip))
		strip_idle(&u->strip, log_stripped, u);
}

static void
sooner(long long *best, long long at)
{
	if (at && (!*best || at < *best))
		*best = at;
}

/* Milliseconds until the next timer, -1: none is set, so nothing wakes us but the agent, the person or a signal. */
static int
sleep_ms(const struct run *u, long long now)
{
	long long at = 0;

	if (u->dirty)
		sooner(&at, u->saved_at + PROGRESS_MS);
	if (u->r->progress.ended && !u->reaped && !u->ending)
		sooner(&at, u->heard_at + u->r->linger_ms);
	if (!u->reaped)
		sooner(&at, u->kill_at);
	else
		sooner(&at, u->drain_at);
	sooner(&at, u->retry_at);
	if (u->r->pty && u->heard_at && strip_quiet_ms(&u->strip) >= 0)
		sooner(&at, u->heard_at + strip_quiet_ms(&u->strip));
	if (!at)
		return -1;
	return at <= now ? 0 : at - now > 60000 ? 60000 : (int)(at - now);
}

static void
turn(struct run *u)
{
	struct pollfd f[P_LAST] = {
		[P_SIGNAL] = { .fd = signal_pipe[0], .events = POLLIN },
		[P_OUT] = { .fd = u->out, .events = POLLIN },
		[P_ERR] = { .fd = u->err, .events = POLLIN },
		[P_KEYS] = { .fd = u->ntyped ? -1 : u->keys, .events = POLLIN },
	};

	if (u->ntyped && u->out >= 0)
		f[P_OUT].events |= POLLOUT;
	if (poll(f, P_LAST, sleep_ms(u, clock_ms())) < 0)
		return;
	if (f[P_SIGNAL].revents)
		on_signals(u);
	if (f[P_OUT].revents & POLLOUT && u->out >= 0)
		write_keys(u);
	if (f[P_OUT].revents & (POLLIN | POLLHUP | POLLERR) && u->out >= 0)
		drain(u, &u->out, hear);
	if (f[P_ERR].revents && u->err >= 0)
		drain(u, &u->err, hear_errors);
	if (f[P_KEYS].revents && u->keys >= 0)
		read_keys(u);
}

static void
loop(struct run *u)
{
	for (;;) {
		long long now;

		turn(u);
		now = clock_ms();
		timers(u, now);
		if (!u->reaped)
			continue;
		if (u->out < 0 && u->err < 0)
			break;
		if (due(u->drain_at, now) && u->swept)
			break;
		if (due(u->drain_at, now))
			sweep(u);
	}
	if (!u->swept)
		sweep(u);
}

/* The agent's ends of pipes or terminal, and ours. */
static int
connect_agent(struct run *u, struct spawn *s, int theirs[2])
{
	int out[2], err[2];

	if (u->r->pty) {
		u->out = pty_open(0, &theirs[0]);
		if (u->out < 0)
			return -1;
		fcntl(u->out, F_SETFL, O_NONBLOCK);
		s->fd[0] = s->fd[1] = s->fd[2] = theirs[0];
		s->group = SPAWN_TTY;
		return 0;
	}
	if (pipe(out))
		return -1;
	u->out = out[0];
	theirs[0] = out[1];
	if (pipe(err))
		return -1;
	u->err = err[0];
	theirs[1] = err[1];
	fcntl(u->out, F_SETFL, O_NONBLOCK);
	fcntl(u->err, F_SETFL, O_NONBLOCK);
	s->fd[0] = u->r->in;
	s->fd[1] = theirs[0];
	s->fd[2] = theirs[1];
	s->group = SPAWN_SESSION;
	return 0;
}

static int
start(struct run *u, char why[WHY])
{
	struct spawn s = { .argv = u->r->argv, .env = u->r->env, .dir = u->r->dir };
	int theirs[2] = { -1, -1 };

	if (connect_agent(u, &s, theirs)) {
		err_why(why, "connect the agent:");
		return -1;
	}
	u->pid = spawn_start(&s, &u->r->exec_step);
	if (u->pid < 0)
		u->r->exec_errno = errno;
	for (int i = 0; i < 2; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	if (u->pid < 0)
		return 0;
	u->r->started(u->r->ctx, u->pid);
	if (u->r->pty && isatty(0) && !pty_raw(&u->outer, 0))
		u->keys = 0;
	return 0;
}

static int
open_files(struct run *u, char why[WHY])
{
	if (sink_open(&u->log, u->r->task->fd, "output.log", u->r->max_log))
		return err_why(why, "open output.log:");
	sink_write(&u->log, u->r->header, strlen(u->r->header));
	u->start = u->log.size;
	if (u->r->pty)
		return 0;
	pane_write(&u->pane, u->r->header, strlen(u->r->header));
	if (sink_open(&u->events, u->r->task->fd, "events.jsonl", 0))
		return err_why(why, "open events.jsonl:");
	if (sink_open(&u->errlog, u->r->task->fd, "stderr.log", u->r->max_log))
		return err_why(why, "open stderr.log:");
	u->start = u->events.size;
	u->ev = events_new(u->r->agent, say, u);
	return u->ev ? 0 : err_why(why, "read events:");
}

/* Says once what a sick disk took. */
static void
report_disk(struct run *u)
{
	const struct sink *all[] = { &u->events, &u->errlog, &u->log };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char n[32];

		if (!all[i]->dropped)
			continue;
		snprintf(n, sizeof n, "%lld", all[i]->dropped);
		history_add(u->r->task->fd, "bytes_lost", (const char *const[]){ "file", all[i]->name, "bytes", n, "because", strerror(all[i]->err), NULL });
	}
}

static int
write_result(struct run *u)
{
	int r = -1;

	for (int i = 0; r && i < RESULT_TRIES; i++) {
		if (i)
			poll(NULL, 0, RETRY_MS);
		sink_retry(&u->events);
		sink_retry(&u->log);
		r = u->ev ? result_from_events(u->r->task->fd, u->ev, u->start, !u->events.dropped && !u->events.nheld) : result_from_output(u->r->task->fd, u->start);
	}
	return r;
}

static void
finish(struct run *u)
{
	struct relay *r = u->r;

	if (u->nline)
		error_line(u);
	if (u->ev)
		events_eof(u->ev, clock_now());
	else
		strip_flush(&u->strip, log_stripped, u);
	look_at_events(u);
	if (r->pty || r->progress.ended)
		r->result_errno = write_result(u) ? errno : 0;
	r->progress.phase = PHASE_ENDED;
	r->progress.open_tools = 0;
	save_progress(u);
	report_disk(u);
	if (r->pty && u->interrupt_typed && (WIFSIGNALED(r->wstatus) || spawn_code(r->wstatus) > 128))
		r->stop_asked = 1;
}

static void
clean(struct run *u)
{
	const int fds[] = { u->out, u->err };

	pty_restore(&u->outer);
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	events_free(u->ev);
	sink_close(&u->events);
	sink_close(&u->errlog);
	sink_close(&u->log);
	free(u);
}

int
relay_run(struct relay *r, char why[WHY])
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
	ret = open_files(u, why) || start(u, why) ? -1 : 0;
	if (!ret && u->pid > 0) {
		u->saved_at = clock_ms() - PROGRESS_MS;
		u->dirty = 1;
		loop(u);
		finish(u);
	}
	clean(u);
	return ret;
}

int
relay_wait(const struct task *t, pid_t pid, int *wstatus)
{
	for (;;) {
		struct pollfd f = { .fd = signal_pipe[0], .events = POLLIN };
		char sig[64];
		ssize_t n;
		pid_t p;

		while ((p = waitpid(-1, wstatus, WNOHANG)) > 0)
			if (p == pid)
				return 0;
		poll(&f, 1, -1);
		while ((n = read(signal_pipe[0], sig, sizeof sig)) > 0)
			for (ssize_t i = 0; i < n; i++)
				if (sig[i] == SIGTERM || sig[i] == SIGINT || sig[i] == SIGQUIT) {
					tree_end(getpid(), t->path, NULL, 0, 0, 1000);
					return 1;
				}
	}
}
