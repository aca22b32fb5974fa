/* lock - record locks, which say who lives */
#include "proc/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "file/file.h"
#include "file/regular.h"
#include "proc/identity.h"
#include "proc/lock_block.h"

enum {
	MUTEX_MS = 60000, /* far longer than a holder needs unless it is stopped */
	READER_MS = 10000,
	PROBE_MS = 100,   /* for a reader that a writer may have replaced */
	FOREVER_MS = 86400 * 1000,
	SIGN_MS = 300,    /* a holder signs just after it has taken the lock */
	SIGN_NAP_MS = 5
};

static int
request(int fd, int cmd, short type, struct flock *fl)
{
	*fl = (struct flock){ .l_type = type, .l_whence = SEEK_SET };
	return fcntl(fd, cmd, fl);
}

static int
blocking(int fd, short type, long ms, const volatile sig_atomic_t *stop)
{
	struct flock fl = { .l_type = type, .l_whence = SEEK_SET };

	return lock_block(fd, &fl, ms, stop);
}

/* A short hold has lasted too long: -1 with an errno that says who holds it, and what to do. */
static int
overdue(int fd, long ms, pid_t pid)
{
	if (pid > 0 && process_locks_here(fd))
		err_because(ETIMEDOUT, "held for more than %ld s by process %ld, which is stopped "
			"or hangs: end it (kill -9 %ld), and try again",
			ms / 1000, (long)pid, (long)pid);
	else
		err_because(ETIMEDOUT, "held for more than %ld s by a process that is stopped or "
			"hangs, perhaps on another host: end it, and try again", ms / 1000);
	errno = ETIMEDOUT;
	return -1;
}

int
lock_take(int dir, const char *name)
{
	int fd = regular_open(dir, name, O_RDWR | O_CREAT);
	long long end = clock_ms() + READER_MS;
	struct flock fl;

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
			overdue(fd, READER_MS, fl.l_pid);
			goto fail;
		}
		/* The read lock of lock_wait goes in an instant; but a writer may be quicker. */
		if (fl.l_type == F_RDLCK && !blocking(fd, F_WRLCK, PROBE_MS, NULL))
			return fd;
	}
	return fd;
fail:
	return file_close(fd);
}

void
lock_sign(int fd)
{
	struct identity self;

	identity_self(&self);
	/*
	 * Others take a holder that could not sign (a full disk) for a stranger, and leave it
	 * alone.
	 */
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
 * Whether it is write-locked, by *fl. Opens for reading: closing a descriptor that can write counts
 * as a change (watch.h), and would wake a caller that looks at each change for ever.
 */
static int
test(int dir, const char *name, struct flock *fl, int *fd)
{
	*fd = regular_open(dir, name, O_RDONLY);
	if (*fd < 0)
		return errno == ENOENT ? 0 : -1;
	if (!request(*fd, F_GETLK, F_RDLCK, fl))
		return fl->l_type == F_WRLCK;
	*fd = file_close(*fd);
	return -1;
}

/*
 * Whether the process that the kernel names is the one that signed, here. Without a start time (no
 * /proc) the kernel's word is enough where it alone keeps the locks.
 */
static int
proven(int fd, const struct flock *fl, const struct identity *id)
{
	if (fl->l_pid <= 0 || id->pid != fl->l_pid || !identity_here(id))
		return 0;
	return id->began >= 0 ? identity_lives(id) : process_locks_here(fd);
}

/* As lock_holder; *id is what the file says, *fl what the kernel says. */
static pid_t
find_holder(int dir, const char *name, struct flock *fl, struct identity *id)
{
	int fd, r = test(dir, name, fl, &fd);

	*id = (struct identity){ 0 };
	if (r > 0) {
		identity_read(fd, id);
		r = proven(fd, fl, id) ? (int)id->pid : LOCK_ELSEWHERE;
	}
	file_close(fd);
	return r;
}

int
lock_held(int dir, const char *name)
{
	struct flock fl;
	int fd, r = test(dir, name, &fl, &fd);

	file_close(fd);
	return r;
}

int
lock_any(int dir, const char *name)
{
	int fd = regular_open(dir, name, O_RDONLY), r;
	struct flock fl;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	r = request(fd, F_GETLK, F_WRLCK, &fl) ? -1 : fl.l_type != F_UNLCK;
	file_close(fd);
	return r;
}

pid_t
lock_holder(int dir, const char *name)
{
	struct identity id;
	struct flock fl;

	return find_holder(dir, name, &fl, &id);
}

char *
lock_elsewhere(int dir, const char *name, char where[LOCK_WHERE])
{
	struct identity id;
	struct flock fl;

	*where = '\0';
	if (find_holder(dir, name, &fl, &id) == LOCK_ELSEWHERE)
		snprintf(where, LOCK_WHERE, "%s",
			id.pid > 0 && !identity_here(&id) ? id.host : "?");
	return where;
}

char *
lock_words(int dir, const char *name, char words[LOCK_WHERE])
{
	struct identity id;
	struct flock fl;
	pid_t pid = find_holder(dir, name, &fl, &id);

	if (pid > 0)
		snprintf(words, LOCK_WHERE, "process %ld", (long)pid);
	else if (pid != LOCK_ELSEWHERE)
		snprintf(words, LOCK_WHERE, "a process that has just ended");
	else if (id.pid > 0 && !identity_here(&id))
		snprintf(words, LOCK_WHERE, "process %ld on host %.200s", (long)id.pid, id.host);
	else
		snprintf(words, LOCK_WHERE, "a process that cannot be proven to be of this host");
	return words;
}

/* 1 if the kernel names a process that lives, and so may be about to sign. */
static int
may_sign_yet(const struct flock *fl)
{
	return fl->l_pid > 0 && (!kill(fl->l_pid, 0) || errno == EPERM);
}

pid_t
lock_signal(int dir, const char *name, pid_t only, int sig)
{
	long long end = clock_ms() + SIGN_MS;
	struct identity id;
	struct flock fl;
	pid_t pid;

	while ((pid = find_holder(dir, name, &fl, &id)) == LOCK_ELSEWHERE && may_sign_yet(&fl)
	    && clock_ms() < end)
		poll(NULL, 0, SIGN_NAP_MS);
	if (pid <= 0)
		return pid;
	if (only && pid != only)
		return 0;
	return process_signal(pid, id.began, 0, sig) ? 0 : pid;
}

int
lock_wait(int dir, const char *name, long ms, const volatile sig_atomic_t *stop)
{
	int fd = regular_open(dir, name, O_RDONLY);
	long long end = clock_ms() + ms;
	int r;

	if (fd < 0)
		return errno == ENOENT ? 1 : -1;
	r = blocking(fd, F_RDLCK, ms < 0 ? FOREVER_MS : ms, stop);
	file_close(fd);
	if (!r)
		return 1;
	return errno == EINTR && ms >= 0 && clock_ms() >= end ? 0 : -1;
}

static int
wait_for_turn(int fd, long ms)
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
	return overdue(fd, ms, fl.l_type == F_UNLCK ? 0 : fl.l_pid);
}

int
lock_mutex_for(int dir, const char *name, long ms)
{
	int fd = regular_open(dir, name, O_RDWR | O_CREAT);

	return fd < 0 || !wait_for_turn(fd, ms) ? fd : file_close(fd);
}

int
lock_mutex(int dir, const char *name)
{
	return lock_mutex_for(dir, name, MUTEX_MS);
}
