/* program - runs a program in place of the live screen, or unseen beside it */
#include "list/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/run.h"
#include "proc/selfpipe.h"
#include "proc/spawn.h"
#include "proc/tree.h"

enum { GRACE_MS = 2000, SAID = 4096 };

static int
pipe_ours(int fd[2])
{
	if (pipe(fd))
		return -1;
	for (int i = 0; i < 2; i++)
		fcntl(fd[i], F_SETFD, FD_CLOEXEC);
	return 0;
}

/* Where it has no standard error, that is p->err. */
static int
start(struct program *p, const char *name, struct spawn *s, char why[WHY])
{
	const char *step = "pipe";
	int fd[2] = { -1, -1 }, saved;

	*p = (struct program){ .pid = -1, .err = -1, .name = name };
	if (s->fd[2] >= 0 || !pipe_ours(fd)) {
		if (s->fd[2] < 0) {
			fcntl(fd[0], F_SETFL, O_NONBLOCK);
			p->err = fd[0];
			s->fd[2] = fd[1];
		}
		p->pid = spawn_start(s, &step);
	}
	saved = errno;
	if (fd[1] >= 0)
		close(fd[1]);
	if (p->pid > 0)
		return 0;
	if (fd[0] >= 0)
		close(fd[0]);
	p->pid = 0;
	errno = saved;
	return err_why(why, "start %s: %s:", name, step);
}

int
program_start(struct program *p, const char *name, char *const argv[], char why[WHY])
{
	struct spawn s = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION };

	return start(p, name, &s, why);
}

/* What is said after its end, by what it left running, is not waited for. */
static int
take_end(struct program *p, int status, char said[WHY])
{
	char text[SAID];
	ssize_t n = p->err < 0 ? 0 : read(p->err, text, sizeof text - 1);

	text[n > 0 ? n : 0] = 0;
	run_last_line(p->name, text, said);
	if (p->err >= 0)
		close(p->err);
	p->pid = 0;
	return spawn_code(status);
}

int
program_ended(struct program *p, int *code, char said[WHY])
{
	int status;

	if (waitpid(p->pid, &status, WNOHANG) != p->pid)
		return 0;
	*code = take_end(p, status, said);
	return 1;
}

/* First what it started, which may use the terminal, too. */
static void
end(const struct program *p)
{
	tree_end(p->pid, NULL, NULL, p->pid, GRACE_MS);
	kill(p->pid, SIGTERM);
	kill(p->pid, SIGCONT);
}

/* Returns the status of its end. */
static int
follow(struct program *p, struct canvas *c, int *sig)
{
	struct pollfd f = { .fd = selfpipe_fd(), .events = POLLIN };
	long long until = 0, now;
	int s, status;

	for (;;) {
		while ((s = selfpipe_next()))
			if (s == SIGTERM || s == SIGHUP || s == SIGQUIT) {
				*sig = s;
				end(p);
				until = clock_ms() + GRACE_MS;
			} else if (s == SIGTSTP) {
				kill(p->pid, SIGTSTP);
			}
		if (waitpid(p->pid, &status, WNOHANG | WUNTRACED) == p->pid) {
			if (!WIFSTOPPED(status))
				return status;
			canvas_suspend(c);
			kill(p->pid, SIGCONT);
		}
		now = clock_ms();
		if (until && now >= until) {
			kill(p->pid, SIGKILL);
			until = 0;
		}
		poll(&f, 1, until ? (int)(until - now) : -1);
	}
}

/* By a signal after which a program does not leave the terminal in order by itself. */
static int
killed(int code)
{
	return code > 128 && code != 128 + SIGINT && code != 128 + SIGTERM && code != 128 + SIGHUP;
}

/* Ctrl-C reaches both: less cannot leave its input before that ends. */
static int
start_both(struct program both[2], const char *name, char *const argv[], char *const feed[],
           int tty, char why[WHY])
{
	struct spawn shown = { .argv = argv, .fd = { tty, tty, feed ? tty : -1 } };
	struct spawn fed = { .argv = feed, .fd = { -1, -1, -1 } };
	int fd[2], r = 0;

	if (feed && pipe_ours(fd))
		return err_why(why, "start %s: pipe:", name);
	if (feed) {
		shown.fd[0] = fd[0];
		fed.fd[1] = fd[1];
		r = start(&both[1], name, &fed, why);
	}
	if (!r)
		r = start(&both[0], name, &shown, why);
	for (int i = 0; feed && i < 2; i++)
		close(fd[i]);
	return r;
}

int
program_show(struct canvas *c, const char *name, char *const argv[], char *const feed[],
             int *sig, char said[WHY])
{
	struct program both[2] = { { .pid = 0 } };
	int tty, code, status;

	canvas_leave(c);
	if ((tty = open(c->name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		return err_why(said, "open %s:", c->name);
	code = start_both(both, name, argv, feed, tty, said);
	close(tty);
	if (!code) {
		code = take_end(&both[0], follow(&both[0], c, sig), said);
		canvas_mend(c, killed(code));
	}
	if (both[1].pid) {
		kill(both[1].pid, SIGTERM);
		if (!spawn_wait(both[1].pid, &status) && code >= 0)
			take_end(&both[1], status, said);
	}
	return code;
}
