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

/* tty -1: none. */
static int
start(struct program *p, const char *name, char *const argv[], int tty, char why[WHY])
{
	struct spawn s = { .argv = argv, .fd = { tty, tty, -1 },
		.group = tty < 0 ? SPAWN_SESSION : SPAWN_SAME };
	const char *step = "pipe";
	int fd[2], saved;

	*p = (struct program){ .pid = -1, .name = name };
	if (!pipe(fd)) {
		for (int i = 0; i < 2; i++)
			fcntl(fd[i], F_SETFD, FD_CLOEXEC);
		fcntl(fd[0], F_SETFL, O_NONBLOCK);
		p->err = fd[0];
		s.fd[2] = fd[1];
		p->pid = spawn_start(&s, &step);
		saved = errno;
		close(fd[1]);
		if (p->pid < 0)
			close(fd[0]);
		errno = saved;
	}
	if (p->pid > 0)
		return 0;
	p->pid = 0;
	return err_why(why, "start %s: %s:", name, step);
}

int
program_start(struct program *p, const char *name, char *const argv[], char why[WHY])
{
	return start(p, name, argv, -1, why);
}

/* What is said after its end, by what it left running, is not waited for. */
static int
take_end(struct program *p, int status, char said[WHY])
{
	char text[SAID];
	ssize_t n = read(p->err, text, sizeof text - 1);

	text[n > 0 ? n : 0] = 0;
	run_last_line(p->name, text, said);
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

int
program_show(struct canvas *c, const char *name, char *const argv[], int *sig, char said[WHY])
{
	struct program p;
	int tty, code;

	canvas_leave(c);
	if ((tty = open(c->name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		return err_why(said, "open %s:", c->name);
	if (start(&p, name, argv, tty, said)) {
		close(tty);
		return -1;
	}
	code = take_end(&p, follow(&p, c, sig), said);
	close(tty);
	canvas_mend(c, killed(code));
	return code;
}
