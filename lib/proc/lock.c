/* lock - the record locks that say who lives */
#include "proc/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "file/regular.h"
#include "proc/identity.h"

enum {
	MUTEX_MS = 60000, /* far longer than any holder needs who is not stopped */
	READER_MS = 10000,
	NUDGE_MS = 100, /* a timer that fires just before the blocking call is not lost: it fires again */
	FOREVER_MS = 86400 * 1000,
	CONDITION_MS = 300, /* a holder writes who it is just after it has taken the lock */
	CONDITION_NAP_MS = 5
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

/* Who lets go of it in an instant has not. -1 with an errno that says who, and what to do. */
static int
held(int fd, long ms, pid_t pid)
{
	if (pid > 0 && process_locks_here(fd))
		err_because(ETIMEDOUT, "held for more than %ld s by process %ld, which is stopped or hangs: end it (kill -9 %ld), and try again", ms / 1000, (long)pid, (long)pid);
	else
		err_because(ETIMEDOUT, "held for more than %ld s by what is stopped or hangs, perhaps on another host: end it, and try again", ms / 1000);
	errno = ETIMEDOUT;
	return -1;
}

int
lock_take(int dir, const char *name)
{
	int fd = regular_open(dir, name, O_RDWR | O_CREAT);
	long long end = clock_ms() + READER_MS;
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
			errno = EBUSY;
			goto fail;
		}
		if (clock_ms() >= end) {
			held(fd, READER_MS, fl.l_pid);
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

void
lock_sign(int fd)
{
	struct identity self;

	identity_self(&self);
	/* Who cannot say who it is (a full disk) is taken for a stranger by others, and left alone. */
	if (identity_write(fd, &self))
		identity_write(fd, NULL);
}

int
lock_life(int dir, const char *name)
{
	int fd = lock_take(dir, name);

	if (fd >= 0)
		lock_sign(fd);
	return fd;
}

/*
 * Asked by a descriptor for reading alone: to close one that could write is a change (see watch.h),
 * and who looks at each change would never sleep again.
 */
static int
ask(int dir, const char *name, struct flock *fl, int *fd)
{
	int saved;

	*fd = regular_open(dir, name, O_RDONLY);
	if (*fd < 0)
		return errno == ENOENT ? 0 : -1;
	if (!request(*fd, F_GETLK, F_RDLCK, fl))
		return fl->l_type == F_WRLCK;
	saved = errno;
	close(*fd);
	*fd = -1;
	errno = saved;
	return -1;
}

/*
 * Whether the process that the kernel names is the one that wrote who it is, here. Without a start
 * time (no /proc) the kernel's word is enough where it alone keeps the locks.
 */
static int
proven(int fd, const struct flock *fl, const struct identity *id)
{
	if (fl->l_pid <= 0 || id->pid != fl->l_pid || !identity_here(id))
		return 0;
	return id->began >= 0 ? identity_lives(id) : process_locks_here(fd);
}

/* As lock_holder. *id is what the file says; *fl what the kernel does. */
static pid_t
look(int dir, const char *name, struct flock *fl, struct identity *id)
{
	int fd, r = ask(dir, name, fl, &fd);

	memset(id, 0, sizeof *id);
	if (r > 0) {
		identity_read(fd, id);
		r = proven(fd, fl, id) ? (int)id->pid : LOCK_ELSEWHERE;
	}
	if (fd >= 0)
		close(fd);
	return r;
}

int
lock_held(int dir, const char *name)
{
	struct flock fl;
	int fd, r = ask(dir, name, &fl, &fd);

	if (fd >= 0)
		close(fd);
	return r;
}

pid_t
lock_holder(int dir, const char *name)
{
	struct identity id;
	struct flock fl;

	return look(dir, name, &fl, &id);
}

char *
lock_elsewhere(int dir, const char *name, char where[LOCK_WHERE])
{
	struct identity id;
	struct flock fl;

	*where = '\0';
	if (look(dir, name, &fl, &id) == LOCK_ELSEWHERE)
		snprintf(where, LOCK_WHERE, "%s", id.pid > 0 && !identity_here(&id) ? id.host : "?");
	return where;
}

char *
lock_words(int dir, const char *name, char words[LOCK_WHERE])
{
	struct identity id;
	struct flock fl;
	pid_t pid = look(dir, name, &fl, &id);

	if (pid > 0)
		snprintf(words, LOCK_WHERE, "process %ld", (long)pid);
	else if (pid != LOCK_ELSEWHERE)
		snprintf(words, LOCK_WHERE, "a process that has just ended");
	else if (id.pid > 0 && !identity_here(&id))
		snprintf(words, LOCK_WHERE, "process %ld on host %.200s", (long)id.pid, id.host);
	else
		snprintf(words, LOCK_WHERE, "a process that cannot be proven to be ours "
			"(of another host, or of an older rca)");
	return words;
}

/* It may be about to write who it is: the kernel names a process that is there. */
static int
may_sign_yet(const struct flock *fl)
{
	return fl->l_pid > 0 && (!kill(fl->l_pid, 0) || errno == EPERM);
}

pid_t
lock_signal(int dir, const char *name, pid_t only, int sig)
{
	long long end = clock_ms() + CONDITION_MS;
	struct identity id;
	struct flock fl;
	pid_t pid;

	while ((pid = look(dir, name, &fl, &id)) == LOCK_ELSEWHERE && may_sign_yet(&fl) && clock_ms() < end)
		poll(NULL, 0, CONDITION_NAP_MS);
	if (pid <= 0)
		return pid;
	if (only && pid != only)
		return 0;
	return process_signal(pid, id.began, sig) ? 0 : pid;
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

/* The write lock, or -1 with errno. */
static int
mutex(int fd, long ms)
{
	long long end = clock_ms() + ms, left;
	struct flock fl;

	if (!request(fd, F_SETLK, F_WRLCK, &fl))
		return 0;
	if (errno != EACCES && errno != EAGAIN)
		return -1;
	while ((left = end - clock_ms()) > 0) {
		if (!blocking(fd, F_WRLCK, (long)left, NULL))
			return 0;
		if (errno != EINTR)
			return -1;
	}
	if (request(fd, F_GETLK, F_WRLCK, &fl))
		return -1;
	return held(fd, ms, fl.l_type == F_UNLCK ? 0 : fl.l_pid);
}

int
lock_mutex_for(int dir, const char *name, long ms)
{
	int fd = regular_open(dir, name, O_RDWR | O_CREAT), saved;

	if (fd < 0 || !mutex(fd, ms))
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
lock_mutex(int dir, const char *name)
{
	return lock_mutex_for(dir, name, MUTEX_MS);
}
