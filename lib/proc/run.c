/* run - runs a program to its end, with input, bounded output and a time limit */
#include "proc/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/selfpipe.h"
#include "proc/tree.h"
#include "proc/which.h"

enum {
	LINGER_MS = 200,    /* for the rest of the output of a program that has ended */
	SHUTDOWN_MS = 1000, /* for our own signal, see shot */
	POLL_MS = 60000,
	SAID = 4096
};

enum { P_IN, P_OUT, P_ERR, P_SIGNAL, P_LAST };

struct state {
	struct run *r;
	struct pollfd f[P_LAST];
	size_t written;
	int ended, wstatus, interrupted;
	long long until;
};

static void
drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* 0 it runs; else an errno. */
static int
start(struct state *s)
{
	struct run *r = s->r;
	struct spawn spawn = r->spawn;
	const int piped[3] = { r->input != NULL, r->out != NULL, r->err != NULL };
	int theirs[3] = { -1, -1, -1 }, failed = 0;

	r->out_len = r->err_len = 0;
	r->step = "start";
	for (int i = 0; i < 3 && !failed; i++) {
		int p[2];

		if (!piped[i])
			continue;
		if (pipe(p)) {
			failed = errno;
			break;
		}
		s->f[i].fd = p[i == P_IN];
		spawn.fd[i] = theirs[i] = p[i != P_IN];
		fcntl(p[0], F_SETFD, FD_CLOEXEC);
		fcntl(p[1], F_SETFD, FD_CLOEXEC);
		fcntl(s->f[i].fd, F_SETFL, O_NONBLOCK);
	}
	r->pid = failed ? -1 : spawn_start(&spawn, &r->step);
	if (r->pid < 0 && !failed)
		failed = errno;
	for (int i = 0; i < 3; i++)
		drop(&theirs[i]);
	return failed;
}

static void
feed(struct state *s)
{
	int *fd = &s->f[P_IN].fd;
	ssize_t n = write(*fd, s->r->input + s->written, s->r->input_size - s->written);

	if (n > 0)
		s->written += (size_t)n;
	if ((n < 0 && errno != EAGAIN && errno != EINTR) || s->written == s->r->input_size)
		drop(fd);
}

/* 1: there was more than fits. */
static int
take(int *fd, char *buf, size_t size, size_t *len)
{
	char waste[4096];
	size_t room = size - 1 - *len;
	ssize_t n = room ? read(*fd, buf + *len, room) : read(*fd, waste, sizeof waste);

	if (n > 0 && room)
		*len += (size_t)n;
	else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		drop(fd);
	return n > 0 && !room;
}

/* A shutdown sends TERM or HUP to all processes: then our own signal is still to come. */
static int
shot(const struct state *s)
{
	int code = s->ended && s->r->on_signal == run_until_signal ? spawn_code(s->wstatus) : 0;

	return code == 128 + SIGTERM || code == 128 + SIGHUP;
}

static void
take_signals(struct state *s)
{
	long linger;
	int sig;

	while ((sig = selfpipe_next()))
		s->interrupted |= s->r->on_signal(s->r, sig);
	if (s->ended || waitpid(s->r->pid, &s->wstatus, WNOHANG) != s->r->pid)
		return;
	s->ended = 1;
	linger = shot(s) ? SHUTDOWN_MS : LINGER_MS;
	if (s->until > clock_ms() + linger)
		s->until = clock_ms() + linger;
}

static int
heard_all(const struct state *s)
{
	if (s->f[P_OUT].fd >= 0 || s->f[P_ERR].fd >= 0)
		return 0;
	return s->r->on_signal ? s->ended && !shot(s) : s->f[P_IN].fd < 0;
}

/* 0 it has said all, or too much; else an errno. */
static int
communicate(struct state *s)
{
	struct run *r = s->r;

	while (!heard_all(s)) {
		long long left = s->until - clock_ms();

		if (s->interrupted)
			return EINTR;
		if (left <= 0)
			return s->ended ? 0 : ETIMEDOUT;
		if (poll(s->f, P_LAST, left < POLL_MS ? (int)left : POLL_MS) < 0)
			continue;
		if (s->f[P_IN].fd >= 0 && s->f[P_IN].revents)
			feed(s);
		if (s->f[P_OUT].fd >= 0 && s->f[P_OUT].revents
		    && take(&s->f[P_OUT].fd, r->out, r->out_size, &r->out_len) && r->enough)
			return 0;
		if (s->f[P_ERR].fd >= 0 && s->f[P_ERR].revents)
			take(&s->f[P_ERR].fd, r->err, r->err_size, &r->err_len);
		if (r->on_signal)
			take_signals(s);
	}
	if (!s->ended) {
		long long left = s->until - clock_ms();
		long ms = r->ms < 0 ? -1 : left > 0 ? (long)left : 0;
		int late = spawn_wait_for(r->pid, &s->wstatus, ms);

		if (late)
			return late < 0 ? errno : ETIMEDOUT;
		s->ended = 1;
	}
	return 0;
}

/* As communicate. The program may still run afterwards. */
static int
begin(struct state *s, struct run *r)
{
	int failed;

	*s = (struct state){ .r = r, .until = r->ms < 0 ? LLONG_MAX : clock_ms() + r->ms };
	for (int i = 0; i < P_LAST; i++)
		s->f[i] = (struct pollfd){ .fd = -1, .events = i == P_IN ? POLLOUT : POLLIN };
	if (r->on_signal)
		s->f[P_SIGNAL].fd = selfpipe_fd();
	failed = start(s);
	return failed ? failed : communicate(s);
}

static int
finish(struct state *s, int failed)
{
	struct run *r = s->r;

	if (r->pid > 0 && !s->ended) {
		kill(r->spawn.group == SPAWN_SAME ? r->pid : -r->pid, SIGKILL);
		if (spawn_wait(r->pid, &s->wstatus) && !failed)
			failed = errno;
	}
	for (int i = P_IN; i <= P_ERR; i++)
		drop(&s->f[i].fd);
	if (r->out)
		r->out[r->out_len] = '\0';
	if (r->err)
		r->err[r->err_len] = '\0';
	errno = failed;
	return failed ? -1 : spawn_code(s->wstatus);
}

int
run_program(struct run *r)
{
	struct state s;
	int failed = begin(&s, r);

	return finish(&s, failed);
}

int
run_tree(struct run *r, char why[WHY])
{
	struct state s;
	int failed = begin(&s, r);
	const char *name = r->spawn.argv[0];

	if (r->pid < 0)
		err_why(why, "%s %.200s: %s", r->step, name, strerror(failed));
	else if (failed == EINTR)
		err_why(why, "%.200s: ended because of a signal", name);
	else if (failed)
		err_why(why, "%.200s: no answer in %ld s", name, r->ms / 1000);
	/* While it lives its descendants can be seen to be ours, also those in other sessions. */
	if (r->pid > 0 && (failed || !r->may_leave))
		tree_end(getpid(), NULL, NULL, r->pid, r->grace_ms);
	return finish(&s, failed);
}

int
run_until_signal(struct run *r, int sig)
{
	(void)r;
	return sig == SIGTERM || sig == SIGINT || sig == SIGHUP || sig == SIGQUIT;
}

void
run_tidy(char *s)
{
	size_t n = strlen(s);

	while (n && s[n - 1] == '\n')
		s[--n] = '\0';
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = ' ';
}

/* As run_own, of *r. */
static int
own(struct run *r, const char *name, const char *const *args)
{
	char rel[64], path[PATH_MAX], *argv[RUN_ARGS + 2] = { path };
	int code;

	for (int i = 1; i <= RUN_ARGS && *args; i++)
		argv[i] = (char *)*args++;
	snprintf(rel, sizeof rel, "bin/%s", name);
	if (which_own(rel, path, sizeof path))
		return EX_NOTFOUND;
	r->spawn.argv = argv;
	code = run_program(r);
	r->spawn.argv = NULL;
	return code >= 0 ? code : errno == ETIMEDOUT ? EX_TIMEOUT : EX_SYSTEM;
}

int
run_own(const char *name, const char *const *args, int in, enum spawn_group group, long ms)
{
	struct run r = { .spawn = { .fd = { in, -1, 2 }, .group = group }, .ms = ms };

	return own(&r, name, args);
}

void
run_last_line(const char *name, char *text, char said[WHY])
{
	size_t n = strlen(text);
	char *line;

	while (n && text[n - 1] == '\n')
		text[--n] = '\0';
	line = strrchr(text, '\n');
	line = line ? line + 1 : text;
	n = strlen(name);
	if (!strncmp(line, name, n) && !strncmp(line + n, ": ", 2))
		line += n + 2;
	snprintf(said, WHY, "%.*s", WHY - 1, line);
	run_tidy(said);
}

int
run_own_hear(const char *name, const char *const *args, enum spawn_group group, long ms,
	int aloud, char said[WHY])
{
	char err[SAID] = "";
	struct run r = { .spawn = { .fd = { -1, -1, -1 }, .group = group }, .err = err,
		.err_size = sizeof err, .ms = ms };
	int code = own(&r, name, args);

	/* A log that cannot be written must not make the run a failure. */
	if (aloud && r.err_len)
		(void)!write(2, err, r.err_len);
	run_last_line(name, err, said);
	if (code == EX_NOTFOUND && r.pid <= 0)
		err_why(said, "%s: not beside %s: build or install it", name, prog);
	else if (r.pid < 0)
		err_why(said, "start %s:", name);
	else if (code == EX_TIMEOUT && !*said)
		err_why(said, "%s: did not end in time", name);
	return code;
}
