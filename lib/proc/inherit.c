/* inherit - puts in order what a program inherits: signals, descriptors 0-2, umask */
#include "proc/inherit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

static mode_t given = 022;

int
inherit_ignored(int sig)
{
	struct sigaction act;

	return !sigaction(sig, NULL, &act) && act.sa_handler == SIG_IGN;
}

static void
set_all(const int *sigs, size_t n, void (*handler)(int))
{
	struct sigaction act = { .sa_handler = handler };

	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < n; i++)
		sigaction(sigs[i], &act, NULL);
}

static void
reset_signals(enum inherit_kind kind)
{
	static const int needed[] = {
		SIGCHLD, SIGALRM, SIGTERM, SIGCONT, SIGPIPE, SIGUSR1, SIGUSR2, SIGWINCH
	};
	static const int ignored[] = { SIGXFSZ, SIGXCPU, SIGPIPE };
	sigset_t none;

	set_all(needed, sizeof needed / sizeof *needed, SIG_DFL);
	set_all(ignored, sizeof ignored / sizeof *ignored - (kind != INHERIT_ACTS), SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void
inherit_reset(enum inherit_kind kind)
{
	/* open gives out the lowest free number, so each gets its own. */
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF
		    && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
			_exit(EX_SYSTEM);
	reset_signals(kind);
	given = umask(077);
}

mode_t
inherit_umask(void)
{
	return given;
}
