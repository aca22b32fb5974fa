/*
 * snapshot_linux - lists processes by /proc; signals and waits by pidfd, so that a pid that was
 * used again meanwhile is never hit
 */
#define _DEFAULT_SOURCE
#include "proc/snapshot.h"
#ifdef SYSTEM_LINUX

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "proc/process.h"

enum {
	KTHREAD = 0x00200000, /* PF_KTHREAD in stat's flags */
	ENV_MAX = 16 * 1024 * 1024
};

struct stat_line {
	char state;
	int ppid, sid;
	unsigned flags;
	unsigned long long ticks; /* utime+stime+cutime+cstime */
	unsigned long long start; /* since boot; both in clock ticks */
	long threads;
};

static int
open_of(pid_t pid, const char *file)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, file);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Tells an error of the process, which has ended or may not be read, from one of ours. */
static int
gone_or_barred(void)
{
	return errno == ENOENT || errno == ESRCH || errno == EACCES || errno == EPERM;
}

static int
read_stat(pid_t pid, struct stat_line *s)
{
	char buf[1024], *p;
	unsigned long long ut, st;
	long long cut, cst;
	int fd = open_of(pid, "stat");
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, buf, sizeof buf - 1);
	if (n == 0)
		errno = ESRCH; /* it ended after the open */
	close(fd);
	if (n <= 0)
		return -1;
	buf[n] = '\0';
	p = strrchr(buf, ')'); /* the name before it may hold anything */
	if (!p || sscanf(p + 1, " %c %d %*d %d %*d %*d %u %*u %*u %*u %*u %llu %llu %lld %lld"
	    " %*d %*d %ld %*d %llu",
	    &s->state, &s->ppid, &s->sid, &s->flags, &ut, &st, &cut, &cst, &s->threads, &s->start)
	    != 10) {
		errno = ESRCH;
		return -1;
	}
	s->ticks = ut + st + (unsigned long long)(cut + cst);
	return 0;
}

/* State of a search through an environment's NUL-separated bytes, which come in pieces. */
struct env_scan {
	const char *mark;
	size_t at; /* bytes matched: of the name, then of the value */
	int skip;  /* in another variable, up to its NUL */
};

/*
 * Returns MARK_NONE while it is not decided. The first variable of that name counts, as for getenv.
 */
static enum snapshot_mark
scan_bytes(struct env_scan *e, const char *s, size_t n)
{
	const size_t name = sizeof SNAPSHOT_MARK - 1;

	for (const char *end = s + n; s < end; s++) {
		if (e->skip) {
			if (!(s = memchr(s, '\0', (size_t)(end - s))))
				return MARK_NONE;
			e->skip = 0;
		} else if (e->at >= name) {
			if (*s != e->mark[e->at++ - name])
				return MARK_OTHER;
			if (!*s)
				return MARK_OURS;
		} else if (*s != SNAPSHOT_MARK[e->at++]) {
			e->skip = *s != '\0';
			e->at = 0;
		}
	}
	return MARK_NONE;
}

/*
 * Reads p's mark. -1 if we lack descriptors or memory: to take that for "no mark" would leave a
 * process running.
 */
static int
read_mark(struct process_info *p, const char *mark)
{
	struct env_scan e = { .mark = mark };
	char buf[4096];
	ssize_t n = 0;
	size_t total = 0;
	int fd = open_of(p->pid, "environ");

	if (fd < 0)
		return gone_or_barred() ? 0 : -1;
	p->mark = MARK_NONE;
	while (p->mark == MARK_NONE && total < ENV_MAX && (n = read(fd, buf, sizeof buf)) > 0) {
		total += (size_t)n;
		p->mark = scan_bytes(&e, buf, (size_t)n);
	}
	close(fd);
	p->blank = total == 0 && n == 0;
	/* The last variable may not be terminated. */
	if (p->mark == MARK_NONE && e.at >= sizeof SNAPSHOT_MARK - 1)
		p->mark = scan_bytes(&e, "", 1);
	return 0;
}

static int
add(struct snapshot *l, pid_t pid, const char *mark, long long now, long hz)
{
	struct stat_line s;
	struct process_info *p;

	if (read_stat(pid, &s) < 0)
		return gone_or_barred() ? 0 : -1;
	if (s.flags & KTHREAD)
		return 0;
	if (!(p = snapshot_add(l)))
		return -1;
	p->pid = pid;
	p->ppid = s.ppid;
	p->sid = s.sid;
	/* A dead first thread may have living ones beside it. */
	p->zombie = strchr("ZXx", s.state) && s.threads <= 1;
	p->start = s.start;
	p->cpu_ms = (long long)(s.ticks * 1000 / (unsigned long long)hz);
	p->age_s = now > (long long)s.start ? (now - (long long)s.start) / hz : 0;
	return mark && !p->zombie ? read_mark(p, mark) : 0;
}

/*
 * A process without any environment was perhaps in the middle of exec: read again after a moment.
 */
static int
reread_blank(struct snapshot *l, const char *mark)
{
	struct timespec moment = { .tv_nsec = 500000 };
	int waited = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (!l->p[i].blank)
			continue;
		if (!waited++)
			nanosleep(&moment, NULL);
		if (read_mark(&l->p[i], mark) < 0)
			return -1;
	}
	return 0;
}

int
snapshot_take(struct snapshot *l, const char *mark)
{
	struct timespec up = { 0 };
	long hz = sysconf(_SC_CLK_TCK);
	long long now;
	int r = 0, failed;
	struct dirent *e;
	DIR *d = opendir("/proc");

	if (!d) {
		if (errno == ENOENT || errno == ENOTDIR || errno == EACCES)
			errno = ENOSYS;
		return -1;
	}
	clock_gettime(CLOCK_BOOTTIME, &up);
	now = up.tv_sec * hz + up.tv_nsec / (1000000000L / hz);
	while (r == 0 && (errno = 0, e = readdir(d)))
		if (*e->d_name >= '1' && *e->d_name <= '9')
			r = add(l, (pid_t)atol(e->d_name), mark, now, hz);
	failed = r == 0 && errno;
	closedir(d);
	if (r == 0 && mark)
		r = reread_blank(l, mark);
	snapshot_sort(l);
	/* An empty /proc, or another namespace's, does not list us, and says nothing of others. */
	if (r == 0 && (failed || !process_visible() || !snapshot_find(l, getpid()))) {
		errno = ENOSYS;
		return -1;
	}
	return r;
}

int
snapshot_began(const struct process_info *p, long long began)
{
	long long start = (long long)p->start;

	return (start > began) - (start < began);
}

void
snapshot_command(pid_t pid, char *buf, size_t size)
{
	int fd = open_of(pid, "cmdline");
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i < n; i++)
		if (!buf[i])
			buf[i] = ' ';
	while (n > 0 && buf[n - 1] == ' ')
		n--;
	buf[n > 0 ? n : 0] = '\0';
}

#endif
