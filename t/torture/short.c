/*
 * short - preloaded into one program: its Nth write to a file below a directory comes short
 *
 * Then it goes on, meets a full disk, or is killed: SHORT_AT=N SHORT_DIR=/path SHORT_COMM=program
 * SHORT_DO=short|full|kill SHORT_HIT=file, which are taken out of the environment of what the
 * program starts. strace can make a call fail, but not make it do half its work.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FULL = 3 }; /* writes that find the disk full, before somebody has made room */

static long at, count;
static char dir[4096], hit[4096], what[8];

__attribute__((constructor)) static void
begin(void)
{
	static const char *const names[] = {
		"SHORT_AT", "SHORT_DIR", "SHORT_COMM", "SHORT_DO", "SHORT_HIT", "LD_PRELOAD"
	};
	const char *comm = getenv("SHORT_COMM");

	if (comm && !strcmp(comm, program_invocation_short_name)) {
		at = atol(getenv("SHORT_AT"));
		snprintf(dir, sizeof dir, "%s", getenv("SHORT_DIR"));
		snprintf(hit, sizeof hit, "%s", getenv("SHORT_HIT"));
		snprintf(what, sizeof what, "%s", getenv("SHORT_DO"));
	}
	if (!comm || at)
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			unsetenv(names[i]);
}

static int
ours(int fd)
{
	char link[64], path[4096];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	return n > 0 && !strncmp(path, dir, strlen(dir));
}

/* 1: the call is to do half its work. */
static int
turn(int fd, size_t n)
{
	int saved = errno, log, mine = at && n > 1 && ours(fd);

	errno = saved;
	if (!mine || ++count != at)
		return 0;
	if ((log = open(hit, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) >= 0)
		close(log);
	return 1;
}

/* The disk is full for a few calls after the short one. */
static int
full(void)
{
	return at && count > at && count <= at + FULL && !strcmp(what, "full");
}

static ssize_t
half(int fd, const void *buf, size_t n)
{
	ssize_t r = syscall(SYS_write, fd, buf, n);

	if (!strcmp(what, "kill"))
		raise(SIGKILL);
	return r;
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	if (turn(fd, n))
		return half(fd, buf, n / 2);
	if (full() && ours(fd)) {
		errno = ENOSPC;
		return -1;
	}
	return syscall(SYS_write, fd, buf, n);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	if (turn(fd, v[0].iov_len + 1))
		return half(fd, v[0].iov_base, n > 1 ? v[0].iov_len : v[0].iov_len / 2);
	if (full() && ours(fd)) {
		errno = ENOSPC;
		return -1;
	}
	return syscall(SYS_writev, fd, v, n);
}
