/* lock_block - blocks on a record lock, but not for ever */
#include "proc/lock_block.h"

#include <errno.h>
#include <stddef.h>
#include <sys/time.h>

enum { NUDGE_MS = 100 }; /* a timer that fires just before the blocking call fires again */

static void
on_alarm(int sig)
{
	(void)sig;
}

int
lock_block(int fd, struct flock *fl, long ms, const volatile sig_atomic_t *stop)
{
	struct sigaction act = { .sa_handler = on_alarm }, was;
	const struct itimerval off = { 0 }, t = {
		.it_value = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 + 1 },
		.it_interval = { .tv_usec = NUDGE_MS * 1000 },
	};
	int r, saved;

	sigemptyset(&act.sa_mask);
	sigaction(SIGALRM, &act, &was);
	setitimer(ITIMER_REAL, &t, NULL);
	errno = EINTR;
	r = stop && *stop ? -1 : fcntl(fd, F_SETLKW, fl);
	saved = errno;
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &was, NULL);
	errno = saved;
	return r;
}
