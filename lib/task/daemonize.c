/* daemonize - runs a copy of this program in the background, and waits until that is ready */
#include "task/daemonize.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file/regular.h"
#include "proc/safe_env.h"
#include "proc/scope.h"
#include "proc/spawn.h"
#include "proc/which.h"
#include "task/history.h"

#define INSIDE "RCA_DETACHED"

int
daemonize_inside(void)
{
	return getenv(INSIDE) != NULL;
}

/* What the copy needs itself, and what it hands on to notifiers. */
static void
quiet_env(char *env[SAFE_ENV_WORDS])
{
	const char *names[32] = { "MONITOR_", INSIDE };
	int n = 2;

	for (const char *const *more = safe_env_outward(); *more && n < 31; more++)
		names[n++] = *more;
	safe_env_fill(env, names);
}

static int
wait_ready(int fd, pid_t pid)
{
	char word[16];
	int wstatus;
	ssize_t n;

	while ((n = read(fd, word, sizeof word)) < 0 && errno == EINTR)
		;
	close(fd);
	if (n > 0)
		return EX_YES;
	return spawn_wait(pid, &wstatus) ? EX_SYSTEM : spawn_code(wstatus);
}

int
daemonize_run(const struct task *t, const char *name, const char *log, int quiet, char why[WHY])
{
	char rel[64], self[PATH_MAX];
	char *argv[SCOPE_WORDS + 4] = { self, (char *)"-d", (char *)t->path, NULL };
	char *env[SAFE_ENV_WORDS];
	struct spawn s = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION };
	int p[2];
	pid_t pid;

	*why = '\0';
	snprintf(rel, sizeof rel, "bin/%s", name);
	if (which_own(rel, self, sizeof self)) {
		err_why(why, "%s: cannot find itself", name);
		return EX_NOTFOUND;
	}
	s.fd[2] = regular_open(t->fd, log, O_WRONLY | O_CREAT | O_APPEND);
	if (s.fd[2] < 0) {
		err_why(why, "%s: open %s:", t->name, log);
		return EX_SYSTEM;
	}
	if (setenv("RCA_TASK", "", 1) || setenv(INSIDE, "1", 1) || unsetenv("TASK_TMPDIR") ||
		pipe(p)) {
		err_why(why, "detach:");
		close(s.fd[2]);
		return EX_SYSTEM;
	}
	if (quiet) {
		quiet_env(env);
		s.env = env;
	}
	s.fd[1] = p[1];
	if (scope_leave(argv, 3) < 0)
		history_add(t->fd, "no_scope", (const char *const[]){ "program", name,
			"because", "systemd-run does not work here", NULL });
	pid = spawn_start(&s, NULL);
	if (pid < 0)
		err_why(why, "start %s:", self);
	close(s.fd[2]);
	close(p[1]);
	if (pid > 0)
		return wait_ready(p[0], pid);
	close(p[0]);
	return EX_SYSTEM;
}

int
daemonize_ready(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (write(1, "ok\n", 3) != 3 || null < 0 || dup2(null, 1) < 0)
		return -1;
	close(null);
	return unsetenv(INSIDE);
}
