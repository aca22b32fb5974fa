/* lock - the record locks that say who lives */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "clock.h"
#include "regular.h"

enum {
	NUDGE_MS = 100, /* a timer that fires just before the blocking call is not lost: it fires again */
	FOREVER_MS = 86400 * 1000
};

static int
request(int fd, int cmd, short type, struct flock *fl)
{
	memset(fl, 0, sizeof *fl);
	fl->l_type = type;
	fl->l_whence = SEEK_SET;
	return fcntl(fd, cmd, fl);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

/* F_SETLKW that comes back with EINTR after ms at the latest, or when another handler ran (see lock_wait for stop). */
static int
blocking(int fd, short type, long ms, const volatile sig_atomic_t *stop)
{
	struct sigaction act, was;
	struct itimerval t, off;
	struct flock fl;
	int r, saved;

	memset(&act, 0, sizeof act);
	act.sa_handler = on_alarm;
	sigemptyset(&act.sa_mask);
	memset(&off, 0, sizeof off);
	t.it_value.tv_sec = ms / 1000;
	t.it_value.tv_usec = ms % 1000 * 1000 + 1;
	t.it_interval.tv_sec = 0;
	t.it_interval.tv_usec = NUDGE_MS * 1000;
	sigaction(SIGALRM, &act, &was);
	setitimer(ITIMER_REAL, &t, NULL);
	errno = EINTR;
	r = stop && *stop ? -1 : request(fd, F_SETLKW, type, &fl);
	saved = errno;
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &was, NULL);
	errno = saved;
	return r;
}

int
lock_take(int dir, const char *name, pid_t *pid)
{
	int fd = regular_open(dir, name, O_RDWR | O_CREAT);
	struct flock fl;
	int saved;

	if (fd < 0)
		return -1;
	while (request(fd, F_SETLK, F_WRLCK, &fl)) {
		if (errno != EACCES && errno != EAGAIN)
			goto fail;
		if (request(fd, F_GETLK, F_WRLCK, &fl))
			goto fail;
		if (fl.l_type == F_WRLCK) {
			if (pid)
				*pid = fl.l_pid > 0 ? fl.l_pid : 0;
			errno = EBUSY;
			goto fail;
		}
		/* A waiter's read lock: gone in an instant; but a writer may be quicker, so look again soon. */
		if (fl.l_type == F_RDLCK && !blocking(fd, F_WRLCK, NUDGE_MS, NULL))
			return fd;
	}
	return fd;
fail:
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

pid_t
lock_holder(int dir, const char *name)
{
	int fd = regular_open(dir, name, O_RDONLY);
	struct flock fl;
	int r;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	r = request(fd, F_GETLK, F_RDLCK, &fl);
	close(fd);
	if (r)
		return -1;
	if (fl.l_type != F_WRLCK)
		return 0;
	return fl.l_pid > 0 ? fl.l_pid : LOCK_ELSEWHERE;
}

int
lock_wait(int dir, const char *name, long ms, const volatile sig_atomic_t *stop)
{
	int fd = regular_open(dir, name, O_RDONLY);
	long long end = clock_ms() + ms;
	int r, saved;

	if (fd < 0)
		return errno == ENOENT ? 1 : -1;
	r = blocking(fd, F_RDLCK, ms < 0 ? FOREVER_MS : ms, stop);
	saved = errno;
	close(fd);
	if (!r)
		return 1;
	if (saved == EINTR && ms >= 0 && clock_ms() >= end)
		return 0;
	errno = saved;
	return -1;
}

int
lock_mutex(int dir, const char *name)
{
	int fd = regular_open(dir, name, O_RDWR | O_CREAT);
	struct flock fl;
	int r;

	if (fd < 0)
		return -1;
	while ((r = request(fd, F_SETLKW, F_WRLCK, &fl)) && errno == EINTR)
		;
	if (r) {
		close(fd);
		return -1;
	}
	return fd;
}
