/* selfpipe - what came while we slept */
#include "proc/selfpipe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "proc/inherit.h"

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
selfpipe_catch(void)
{
	static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGWINCH, SIGCHLD, SIGCONT };
	struct sigaction act;

	if (pipe(signal_pipe) || quiet_fd(signal_pipe[0]) || quiet_fd(signal_pipe[1]))
		return -1;
	memset(&act, 0, sizeof act);
	sigemptyset(&act.sa_mask);
	act.sa_handler = on_signal;
	act.sa_flags = SA_RESTART;
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
		if (!inherit_ignored(caught[i]) && sigaction(caught[i], &act, NULL))
			return -1;
	act.sa_handler = SIG_IGN;
	return sigaction(SIGPIPE, &act, NULL) || sigaction(SIGTTOU, &act, NULL) || sigaction(SIGTTIN, &act, NULL);
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
