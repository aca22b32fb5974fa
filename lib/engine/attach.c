/* attach - a person looks into a task */
#include "engine/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/engine.h"
#include "proc/selfpipe.h"
#include "proc/spawn.h"

/* What fits of it stays in why, as one line; the rest is read all the same. 0: it has ended. */
static int
hear(int fd, char why[WHY], size_t *n)
{
	char buf[WHY];
	ssize_t r = read(fd, buf, sizeof buf);

	if (r <= 0)
		return r < 0 && (errno == EAGAIN || errno == EINTR);
	for (ssize_t i = 0; i < r && *n < WHY - 1; i++)
		why[(*n)++] = buf[i] == '\n' ? ' ' : buf[i];
	why[*n] = 0;
	return 1;
}

static int
await(pid_t pid, int err, int *sig, char why[WHY])
{
	size_t n = 0;
	int wstatus = 0, ended = 0;

	*why = 0;
	while (!ended) {
		struct pollfd f[2] = { { .fd = selfpipe_fd(), .events = POLLIN }, { .fd = err, .events = POLLIN } };
		int s;

		poll(f, 2, -1);
		if (f[1].revents && !hear(err, why, &n)) {
			close(err);
			err = -1;
		}
		while ((s = selfpipe_next()))
			if (s == SIGTERM || s == SIGHUP || s == SIGQUIT) {
				*sig = s;
				kill(pid, SIGTERM);
			}
		ended = waitpid(pid, &wstatus, WNOHANG) == pid;
	}
	if (err >= 0) {
		hear(err, why, &n);
		close(err);
	}
	while (n > 0 && why[n - 1] == ' ')
		why[--n] = 0;
	return spawn_code(wstatus);
}

int
attach_run(const char *engine, const char *taskdir, const char *terminal, int typing, int *sig, char why[WHY])
{
	char path[PATH_MAX];
	char *argv[] = { path, (char *)"attach", (char *)taskdir, typing ? NULL : (char *)"-r", NULL };
	struct spawn s = { .argv = argv, .group = SPAWN_SAME };
	int tty, err[2];
	pid_t pid;

	*sig = 0;
	if (engine_find(engine, path, sizeof path, why))
		return -1;
	if ((tty = open(terminal, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		return err_why(why, "open %s:", terminal);
	if (pipe(err)) {
		close(tty);
		return err_why(why, "pipe:");
	}
	fcntl(err[0], F_SETFD, FD_CLOEXEC);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	s.fd[0] = s.fd[1] = tty;
	s.fd[2] = err[1];
	pid = spawn_start(&s, NULL);
	close(tty);
	close(err[1]);
	if (pid < 0) {
		err_why(why, "engine %s: start %s:", engine, path);
		close(err[0]);
		return -1;
	}
	return await(pid, err[0], sig, why);
}
