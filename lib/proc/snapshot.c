/* snapshot - the system's processes at one moment, and which of them belong to a task (tree.h) */
#include "proc/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"
#include "proc/identity.h"
#include "proc/spawn.h"

enum {
	PID_TOP = 4194304, /* no system has more */
	WATCH_MAX = 64,    /* processes waited for at once; the next snapshot sees the others */
	NAP_MS = 20        /* where processes have no descriptors */
};

struct process_info *
snapshot_add(struct snapshot *l)
{
	if (l->n == l->room) {
		size_t room = l->room ? l->room * 2 : 256;
		struct process_info *p = realloc(l->p, room * sizeof *p);

		if (!p)
			return NULL;
		l->p = p;
		l->room = room;
	}
	memset(&l->p[l->n], 0, sizeof *l->p);
	return &l->p[l->n++];
}

void
snapshot_free(struct snapshot *l)
{
	free(l->p);
	*l = (struct snapshot){ 0 };
}

static int
by_pid(const void *a, const void *b)
{
	const struct process_info *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

void
snapshot_sort(struct snapshot *l)
{
	if (l->n)
		qsort(l->p, l->n, sizeof *l->p, by_pid);
}

struct process_info *
snapshot_find(const struct snapshot *l, pid_t pid)
{
	struct process_info key = { .pid = pid };

	return l->n ? bsearch(&key, l->p, l->n, sizeof key, by_pid) : NULL;
}

int
snapshot_member(const struct process_info *p)
{
	return p->part == PART_IN && !p->zombie;
}

/* By its own mark, without its ancestors. */
static enum snapshot_part
own_part(const struct process_info *p)
{
	if (p->part != PART_UNKNOWN)
		return p->part;
	return p->mark == MARK_OURS ? PART_IN : p->mark == MARK_OTHER ? PART_OUT : PART_UNKNOWN;
}

/*
 * Goes up from p to the first ancestor that is decided; then all on the way are decided alike. The
 * count of steps ends a ring, which a reused pid can make of a snapshot.
 */
static void
decide(const struct snapshot *l, struct process_info *p, pid_t root)
{
	enum snapshot_part part = own_part(p);
	struct process_info *q = p;

	for (size_t steps = 0; part == PART_UNKNOWN && steps <= l->n; steps++) {
		if (root && q->ppid == root)
			part = PART_IN;
		else if (!(q = snapshot_find(l, q->ppid)))
			part = PART_OUT;
		else
			part = own_part(q);
	}
	if (part == PART_UNKNOWN)
		part = PART_OUT;
	for (q = p; q && own_part(q) == PART_UNKNOWN; q = snapshot_find(l, q->ppid)) {
		q->part = part;
		if (root && q->ppid == root)
			break;
	}
	p->part = part;
}

int
snapshot_spared(const struct snapshot *l, const struct process_info *p,
	const struct snapshot_target *t)
{
	for (size_t n = 0; t->nspared && p && n <= l->n; n++, p = snapshot_find(l, p->ppid))
		for (int i = 0; i < t->nspared; i++)
			if (p->pid == t->spared[i])
				return 1;
	return 0;
}

/*
 * The leader of the attempt's session, as identity_load; also IDENTITY_NOBODY if it is of another
 * boot or host, for then nothing of its session can live here.
 */
static int
read_leader(const char *mark, struct identity *id)
{
	char path[PATH_MAX];
	struct stat st;
	int r = -1;

	memset(id, 0, sizeof *id);
	if (mark && snprintf(path, sizeof path, "%s/" TREE_LEADER, mark) < (int)sizeof path)
		r = identity_load(AT_FDCWD, path, id);
	if (r != 1)
		return r < 0 && errno == ENOENT ? IDENTITY_NOBODY : r;
	if (!identity_here(id))
		return IDENTITY_NOBODY;
	/*
	 * Where boots have no names, the file's time tells one that was written before this boot.
	 */
	if (id->began < 0 && process_uptime() >= 0 && !stat(path, &st)
	    && (long long)st.st_mtime < (long long)time(NULL) - process_uptime() - 1)
		return IDENTITY_NOBODY;
	return 1;
}

/*
 * Takes in the leader's session, whatever its members have made of their environment. The system
 * does not use a session's number again while a member lives. So if a process of that number began
 * at another time, the session is a stranger's; if there is none, the leader has ended, and members
 * that began before it are strangers.
 */
static void
claim_session(struct snapshot *l, const struct identity *leader)
{
	const struct process_info *first = snapshot_find(l, leader->pid);

	if (leader->began < 0 || (first && snapshot_began(first, leader->began) != 0))
		return;
	for (size_t i = 0; i < l->n; i++) {
		struct process_info *p = &l->p[i];

		if (p->sid == leader->pid && p->mark == MARK_NONE
		    && snapshot_began(p, leader->began) >= 0)
			p->part = PART_IN;
	}
}

/* The descriptor of a zombie is readable. */
static int
has_ended(pid_t pid)
{
	struct pollfd f = { .fd = process_open(pid), .events = POLLIN };
	int r = f.fd >= 0 && poll(&f, 1, 0) > 0;

	file_close(f.fd);
	return r;
}

/* The pid that the system gives now: they go up, and begin anew at some top. -1 if fork fails. */
static pid_t
newest_pid(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		spawn_wait(pid, NULL);
	return pid;
}

/*
 * Without a list, getsid is asked for each pid: the first time for all there can be, which takes a
 * second; then for those that lived then, and those that began since.
 */
static int
scan_session(struct snapshot *l, pid_t sid)
{
	static pid_t seen = PID_TOP, newest;
	pid_t now = newest_pid(), top = now < newest ? PID_TOP : now > seen ? now : seen;

	seen = newest = now;
	for (pid_t pid = 2; pid <= top; pid++) {
		struct process_info *p;
		pid_t its = getsid(pid);

		if (its != -1 && pid > seen)
			seen = pid;
		if (its != sid)
			continue;
		if (!(p = snapshot_add(l)))
			return -1;
		p->pid = pid;
		p->sid = sid;
		p->part = PART_IN;
		p->zombie = has_ended(pid);
	}
	return 0;
}

/* Where processes cannot be listed, the leader's session is looked for, if the leader is known. */
static int
take(struct snapshot *l, const struct snapshot_target *t)
{
	struct identity leader;
	int known = read_leader(t->mark, &leader);

	*l = (struct snapshot){ 0 };
	if (snapshot_take(l, t->mark) == 0) {
		if (known == 1)
			claim_session(l, &leader);
		return 0;
	}
	if (errno != ENOSYS || !t->mark || known <= 0)
		return -1;
	snapshot_free(l);
	l->partial = 1;
	return known == 1 ? scan_session(l, leader.pid) : 0;
}

int
snapshot_of(struct snapshot *l, const struct snapshot_target *t)
{
	if (take(l, t) < 0) {
		int saved = errno;

		snapshot_free(l);
		errno = saved;
		return -1;
	}
	for (size_t i = 0; i < l->n; i++)
		decide(l, &l->p[i], t->root);
	for (size_t i = 0; i < l->n; i++) {
		struct process_info *p = &l->p[i];

		if (p->pid == getpid() || p->pid == t->root || p->pid <= 1
		    || (p->part == PART_IN && snapshot_spared(l, p, t)))
			p->part = PART_OUT;
	}
	return 0;
}

/* Waits until all have ended, a signal comes, or the time is over; closes the descriptors. */
static void
poll_all(struct pollfd *f, nfds_t n, long ms)
{
	long long end = clock_ms() + ms, left;

	while (n > 0 && (left = end - clock_ms()) > 0 && poll(f, n, (int)left) >= 0)
		for (nfds_t i = n; i-- > 0;)
			if (f[i].revents) {
				close(f[i].fd);
				f[i] = f[--n];
			}
	while (n > 0)
		close(f[--n].fd);
}

void
snapshot_wait(const struct snapshot *l, long ms)
{
	struct pollfd f[WATCH_MAX];
	nfds_t n = 0;

	for (size_t i = 0; i < l->n && n < WATCH_MAX; i++) {
		const struct process_info *p = &l->p[i];

		if (!snapshot_member(p))
			continue;
		f[n] = (struct pollfd){ .fd = process_open(p->pid), .events = POLLIN };
		if (f[n].fd >= 0)
			n++;
		else if (errno != ESRCH)
			ms = ms < NAP_MS ? ms : NAP_MS;
	}
	if (n > 0)
		poll_all(f, n, ms);
	else if (ms <= NAP_MS)
		poll(NULL, 0, (int)ms);
}
