/* selfpipe - signals through a pipe, so that poll can wait for them */
#include "proc/selfpipe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "proc/inherit.h"

static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGWINCH, SIGCHLD, SIGCONT };
static int signal_pipe[2] = { -1, -1 };
static volatile sig_atomic_t breaking, came;

static void
on_signal(int sig)
{
	int saved = errno;
	char c = (char)sig;

	while (write(signal_pipe[1], &c, 1) < 0 && errno == EINTR)
		;
	if (breaking) {
		came = sig;
		alarm(1);
	}
	errno = saved;
}

int
selfpipe_also(int sig)
{
	struct sigaction act = { .sa_handler = on_signal, .sa_flags = breaking ? 0 : SA_RESTART };

	sigemptyset(&act.sa_mask);
	return sigaction(sig, &act, NULL);
}

int
selfpipe_catch(void)
{
	struct sigaction act = { .sa_handler = SIG_IGN };

	if (pipe(signal_pipe))
		return -1;
	for (int i = 0; i < 2; i++) {
		fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
		fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
	}
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
		if (!inherit_ignored(caught[i]) && selfpipe_also(caught[i]))
			return -1;
	return sigaction(SIGPIPE, &act, NULL) || sigaction(SIGTTOU, &act, NULL)
		|| sigaction(SIGTTIN, &act, NULL);
}

int
selfpipe_fd(void)
{
	return signal_pipe[0];
}

int
selfpipe_next(void)
{
	char sig;
	ssize_t n;

	while ((n = read(signal_pipe[0], &sig, 1)) < 0 && errno == EINTR)
		;
	return n == 1 ? sig : 0;
}

volatile sig_atomic_t *
selfpipe_break(int on)
{
	struct sigaction act;

	breaking = on;
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
		if (!sigaction(caught[i], NULL, &act) && act.sa_handler == on_signal)
			selfpipe_also(caught[i]);
	/* The alarm of a signal that came while nothing blocked. */
	alarm(0);
	signal(SIGALRM, on ? SIG_IGN : SIG_DFL);
	return &came;
}
