/* run - runs a program, gives it words, takes its answer */
#include "proc/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/selfpipe.h"
#include "proc/spawn.h"
#include "proc/tree.h"

enum {
	END_MS = 1000,  /* for TERM to be heeded */
	LINGER_MS = 200, /* for the streams of a program that has ended: what holds them open then is not asked */
	SHUTDOWN_MS = 1000 /* what has ended it may be about to end us */
};

enum { P_SIGNAL, P_IN, P_OUT, P_ERR, P_LAST };

struct run {
	struct program *a;
	struct pollfd f[P_LAST];
	size_t written, err_got;
	pid_t pid;
	int ended, wstatus, asked_to_go;
	long long until;
};

static void
drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* All of it or nothing: fd[0], fd[1] of in, out, err; err only if it is wanted. Ours do not block. */
static int
open_pipes(const struct program *a, int in[2], int out[2], int err[2])
{
	in[0] = in[1] = out[0] = out[1] = err[0] = err[1] = -1;
	if (pipe(in) || pipe(out) || (a->err && pipe(err)))
		return -1;
	for (int i = 0; i < 2; i++)
		if (fcntl(in[i], F_SETFD, FD_CLOEXEC) || fcntl(out[i], F_SETFD, FD_CLOEXEC) || (a->err && fcntl(err[i], F_SETFD, FD_CLOEXEC)))
			return -1;
	return fcntl(in[1], F_SETFL, O_NONBLOCK) || fcntl(out[0], F_SETFL, O_NONBLOCK) || (a->err && fcntl(err[0], F_SETFL, O_NONBLOCK)) ? -1 : 0;
}

static void
feed(struct run *r)
{
	ssize_t n = write(r->f[P_IN].fd, r->a->words + r->written, r->a->n - r->written);

	if (n > 0)
		r->written += (size_t)n;
	if ((n < 0 && errno != EAGAIN && errno != EINTR) || r->written == r->a->n)
		drop(&r->f[P_IN].fd);
}

/* 1: there was more than fits. */
static int
take(int *fd, char *buf, size_t size, size_t *got)
{
	char waste[4096];
	size_t room = size - 1 - *got;
	ssize_t n = room ? read(*fd, buf + *got, room) : read(*fd, waste, sizeof waste);

	if (n > 0 && room)
		*got += (size_t)n;
	else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		drop(fd);
	return n > 0 && !room;
}

/* Ended by what a shutdown sends to all: then it is not its fault, and our turn is next. */
static int
shot(const struct run *r)
{
	int code = r->ended ? spawn_code(r->wstatus) : 0;

	return code == 128 + SIGTERM || code == 128 + SIGHUP;
}

static void
on_signals(struct run *r)
{
	int sig;

	while ((sig = selfpipe_next()))
		r->asked_to_go |= sig == SIGTERM || sig == SIGINT || sig == SIGHUP || sig == SIGQUIT;
	if (!r->ended && waitpid(r->pid, &r->wstatus, WNOHANG) == r->pid) {
		long linger;

		r->ended = 1;
		linger = shot(r) ? SHUTDOWN_MS : LINGER_MS;
		if (r->until > clock_ms() + linger)
			r->until = clock_ms() + linger;
	}
}

/* 0 it has said all, or too much; else an errno. */
static int
listen_to(struct run *r)
{
	for (;;) {
		long long left = r->until - clock_ms();

		if (r->asked_to_go)
			return EINTR;
		if (r->ended && r->f[P_OUT].fd < 0 && r->f[P_ERR].fd < 0 && !shot(r))
			return 0;
		if (left <= 0)
			return r->ended ? 0 : ETIMEDOUT;
		if (poll(r->f, P_LAST, left < 60000 ? (int)left : 60000) < 0)
			continue;
		if (r->f[P_IN].fd >= 0 && r->f[P_IN].revents)
			feed(r);
		if (r->f[P_OUT].fd >= 0 && r->f[P_OUT].revents && take(&r->f[P_OUT].fd, r->a->out, r->a->size, &r->a->got))
			return 0;
		if (r->f[P_ERR].fd >= 0 && r->f[P_ERR].revents)
			take(&r->f[P_ERR].fd, r->a->err, r->a->err_size, &r->err_got);
		on_signals(r);
	}
}

/* Nothing of it stays; its status is known then. */
static int
finish(struct run *r)
{
	tree_end(getpid(), NULL, NULL, 0, r->pid, END_MS);
	if (!r->ended && spawn_wait(r->pid, &r->wstatus) < 0)
		return -1;
	return spawn_code(r->wstatus);
}

int
run_program(struct program *a, char why[WHY])
{
	struct run r = { .a = a };
	int in[2], out[2], err[2], failed = 0, code;
	const char *step = "start";

	a->got = 0;
	r.pid = open_pipes(a, in, out, err) ? -1 : spawn_start(&(struct spawn){ .argv = a->argv, .env = a->env, .dir = a->dir, .fd = { in[0], out[1], err[1] }, .group = SPAWN_SESSION }, &step);
	if (r.pid < 0) {
		failed = errno;
		err_why(why, "%s %.200s: %s", step, a->argv[0], strerror(failed));
	}
	drop(&in[0]);
	drop(&out[1]);
	drop(&err[1]);
	r.f[P_SIGNAL] = (struct pollfd){ .fd = selfpipe_fd(), .events = POLLIN };
	r.f[P_IN] = (struct pollfd){ .fd = in[1], .events = POLLOUT };
	r.f[P_OUT] = (struct pollfd){ .fd = out[0], .events = POLLIN };
	r.f[P_ERR] = (struct pollfd){ .fd = err[0], .events = POLLIN };
	r.until = clock_ms() + a->ms;
	if (!failed && (failed = listen_to(&r)))
		err_why(why, failed == EINTR ? "%.200s: ended, as we were asked to" : "%.200s: no answer in %ld s", a->argv[0], a->ms / 1000);
	drop(&r.f[P_IN].fd);
	code = r.pid < 0 ? -1 : finish(&r);
	drop(&r.f[P_OUT].fd);
	drop(&r.f[P_ERR].fd);
	a->out[a->got] = 0;
	if (a->err)
		a->err[r.err_got] = 0;
	errno = failed;
	return failed ? -1 : code;
}
