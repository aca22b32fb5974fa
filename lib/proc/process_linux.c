/*
 * process_linux - by /proc, believed only if it shows us under our own pid; signals by pidfd, so
 * that a pid that was used again meanwhile is never hit
 */
#define _DEFAULT_SOURCE
#include "proc/process.h"
#ifdef SYSTEM_LINUX

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "file/file.h"

/* Where /proc is another namespace's, its pids mean other processes. */
int
process_visible(void)
{
	char buf[32];
	ssize_t n = readlink("/proc/self", buf, sizeof buf - 1);

	if (n > 0) {
		buf[n] = '\0';
		if (atol(buf) == (long)getpid())
			return 1;
	}
	errno = ENOSYS;
	return 0;
}

static ssize_t
read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, buf, size - 1);
	if (n == 0)
		errno = ESRCH; /* it ended after the open */
	file_close(fd);
	buf[n > 0 ? n : 0] = '\0';
	return n > 0 ? n : -1;
}

long long
process_began(pid_t pid)
{
	char path[64], buf[1024], *p;
	long long began;

	if (!process_visible())
		return -1;
	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	if (read_file(path, buf, sizeof buf) < 0) {
		errno = errno == ENOENT ? ESRCH : errno;
		return -1;
	}
	p = strrchr(buf, ')'); /* the name before it may hold anything */
	if (p && sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u"
	    " %*d %*d %*d %*d %*d %*d %lld", &began) == 1)
		return began;
	errno = ENOSYS;
	return -1;
}

int
process_same(long long a, long long b)
{
	return a == b;
}

const char *
process_boot(char boot[PROCESS_BOOT])
{
	if (read_file("/proc/sys/kernel/random/boot_id", boot, PROCESS_BOOT) <= 0)
		snprintf(boot, PROCESS_BOOT, "-");
	boot[strcspn(boot, " \n")] = '\0';
	return boot;
}

long long
process_uptime(void)
{
	struct sysinfo s;

	return sysinfo(&s) ? -1 : (long long)s.uptime;
}

int
process_open(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0U);
#else
	(void)pid;
	errno = ENOSYS;
	return -1;
#endif
}

static int
pidfd_signal(int fd, int sig)
{
#ifdef SYS_pidfd_send_signal
	return (int)syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0U);
#else
	(void)fd, (void)sig;
	errno = ENOSYS;
	return -1;
#endif
}

int
process_signal(pid_t pid, long long began, pid_t sid, int sig)
{
	int fd = process_open(pid), r = -1;

	if (fd < 0 && errno == ESRCH)
		return -1;
	/* Asked after process_open: from here on the number stays that process's. */
	if ((began >= 0 && process_began(pid) != began) || (sid && getsid(pid) != sid))
		errno = ESRCH;
	else if (fd < 0 || ((r = pidfd_signal(fd, sig)) < 0 && errno == ENOSYS))
		r = kill(pid, sig);
	file_close(fd);
	return r;
}

int
process_adopt(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

int
process_locks_here(int fd)
{
	static const unsigned long local[] = {
		0xEF53 /* ext */, 0x01021994 /* tmpfs */, 0x9123683E /* btrfs */,
		0x58465342 /* xfs */, 0xF2F52010 /* f2fs */, 0x794C7630 /* overlay */,
		0x858458F6 /* ramfs */, 0x2FC12FC1 /* zfs */,
	};
	struct statfs s;

	if (fstatfs(fd, &s))
		return 0;
	for (size_t i = 0; i < sizeof local / sizeof *local; i++)
		if (((unsigned long)s.f_type & 0xFFFFFFFFUL) == local[i])
			return 1;
	return 0;
}

#endif
