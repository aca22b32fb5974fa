/* notifier - one notice to one notifier */
#include "notify/notifier.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/regular.h"
#include "notice/outbox.h"
#include "proc/plugin.h"
#include "proc/safe_env.h"
#include "proc/selfpipe.h"
#include "proc/spawn.h"
#include "proc/tree.h"
#include "text/strip.h"

enum { SAYS = 2048, VARS = 12, QUOTED = 2 * NOTICE_LINE + 2 };

/* The variables of one notice, in one allocation that lives as long as the program runs. */
struct vars {
	char *v[VARS + 1];
	int n;
};

static int
set(struct vars *e, const char *name, const char *val)
{
	size_t size = strlen(name) + strlen(val) + 2;
	char *s = malloc(size);

	if (!s)
		return -1;
	snprintf(s, size, "%s=%s", name, val);
	e->v[e->n++] = s;
	return 0;
}

static void
drop(struct vars *e)
{
	while (e->n > 0)
		free(e->v[--e->n]);
}

static int
set_all(struct vars *e, const struct notifier_run *d, const struct message *l, const struct message_text *x)
{
	char quoted[QUOTED];
	int r = 0;

	format_quote(x->line, quoted, sizeof quoted);
	r |= set(e, "RCA_LINE", x->line);
	r |= set(e, "RCA_LINE_JSON", quoted);
	r |= set(e, "RCA_JSON", x->json);
	r |= set(e, "RCA_ID", l->id);
	r |= set(e, "RCA_VERDICT", l->verdict);
	r |= set(e, "RCA_EVENT", l->event);
	r |= set(e, "RCA_NAME", l->task);
	r |= set(e, "RCA_DIR", x->dir);
	r |= set(e, "RCA_CWD", x->cwd);
	r |= set(e, "RCA_STATUS", l->status);
	r |= set(e, "RCA_TEXT", x->text);
	r |= set(e, "RCA_ARG", d->arg);
	return r;
}

static void
hear_signals(struct notifier_run *d)
{
	int sig;

	while ((sig = selfpipe_next())) {
		d->leave |= sig == SIGTERM || sig == SIGINT || sig == SIGHUP;
		d->wake |= sig == SIGCONT;
	}
}

void
notifier_sleep(struct notifier_run *d, long ms)
{
	struct pollfd f = { .fd = selfpipe_fd(), .events = POLLIN };
	long long end = clock_ms() + ms;

	for (;;) {
		long long left = end - clock_ms();

		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		hear_signals(d);
		if (d->leave || d->wake || left <= 0)
			return;
		poll(&f, 1, (int)left);
	}
}

/* What it complains of, as far as there is room; the pipe is drained in any case. */
static void
listen_to(int fd, char says[SAYS], size_t *n)
{
	char waste[SAYS];
	ssize_t r;

	while ((r = read(fd, waste, sizeof waste)) > 0) {
		size_t room = SAYS - 1 - *n, take = (size_t)r < room ? (size_t)r : room;

		memcpy(says + *n, waste, take);
		*n += take;
		says[*n] = 0;
	}
}

/* 0: it ended, *wstatus says how; -1: its time was up. */
static int
await(struct notifier_run *d, pid_t pid, int err, char says[SAYS], int *wstatus)
{
	struct pollfd f[2] = { { .fd = selfpipe_fd(), .events = POLLIN }, { .fd = err, .events = POLLIN } };
	long long end = clock_ms() + d->timeout_ms;
	size_t n = 0;
	pid_t p;

	for (;;) {
		long long left = end - clock_ms();

		hear_signals(d);
		listen_to(err, says, &n);
		while ((p = waitpid(-1, wstatus, WNOHANG)) > 0 && p != pid)
			;
		if (p == pid) {
			listen_to(err, says, &n);
			return 0;
		}
		if (left <= 0)
			return -1;
		if (poll(f, 2, (int)left) > 0 && f[1].revents & POLLHUP && !(f[1].revents & POLLIN))
			f[1].fd = -1;
	}
}

static pid_t
start(const struct notifier_run *d, int box, const struct message *l, const struct vars *vars, int err, char why[WHY])
{
	char path[PATH_MAX], file[MESSAGE_NAME + 8], *env[SAFE_ENV_WORDS + VARS + 1];
	char *argv[] = { path, NULL };
	struct spawn s = { .argv = argv, .env = env, .dir = "/", .fd = { -1, -1, err }, .group = SPAWN_SESSION };
	int n = 0;
	pid_t pid;

	if (plugin_find("notifier", d->name, path, sizeof path, why))
		return -1;
	safe_env_environment(env, outbox_environment());
	while (env[n])
		n++;
	memcpy(env + n, vars->v, sizeof *env * (size_t)vars->n);
	env[n + vars->n] = NULL;
	snprintf(file, sizeof file, "%s.json", l->name);
	s.fd[0] = regular_open(box, file, O_RDONLY);
	if (s.fd[0] < 0)
		return err_why(why, "open outbox/%s:", file);
	pid = spawn_start(&s, NULL);
	if (pid < 0)
		err_why(why, "start %s:", path);
	close(s.fd[0]);
	return pid;
}

/* Ends it and what is below it, also what made itself a session of its own: while it lives, all that is seen to descend from us. */
static void
end_all(pid_t pid)
{
	tree_end(getpid(), NULL, NULL, 0, pid, 0);
	kill(-pid, SIGKILL);
	spawn_wait(pid, NULL);
}

static int
judge(const struct notifier_run *d, int late, int wstatus, const char *says, char why[WHY])
{
	char line[200];

	oneline(line, sizeof line, says, strlen(says));
	if (late)
		return err_why(why, "did not end in %ld s%s%s", d->timeout_ms / 1000, *line ? ": " : "", line);
	if (WIFEXITED(wstatus) && !WEXITSTATUS(wstatus))
		return 0;
	return err_why(why, "exit %d%s%s", spawn_code(wstatus), *line ? ": " : "", line);
}

int
notifier_run(struct notifier_run *d, int box, const struct message *l, const struct message_text *x, char why[WHY])
{
	char says[SAYS] = "";
	struct vars vars = { .n = 0 };
	int p[2], wstatus = 0, late;
	pid_t pid;

	if (pipe(p))
		return err_why(why, "pipe:");
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	fcntl(p[0], F_SETFD, FD_CLOEXEC);
	if (set_all(&vars, d, l, x)) {
		pid = -1;
		err_why(why, "no memory");
	} else {
		pid = start(d, box, l, &vars, p[1], why);
	}
	close(p[1]);
	drop(&vars);
	if (pid < 0) {
		close(p[0]);
		return -1;
	}
	if ((late = await(d, pid, p[0], says, &wstatus)))
		end_all(pid);
	close(p[0]);
	return judge(d, late, wstatus, says, why);
}
