/*
 * snapshot - the table a look fills, and who in it belongs to a task (the rules are in tree.h)
 */
#include "proc/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "proc/identity.h"
#include "proc/spawn.h"
#include "proc/tree.h"

enum { PID_TOP = 4194304 }; /* no system has more */

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

/* What p itself says, without its ancestors. */
static enum snapshot_part
own_part(const struct process_info *p)
{
	if (p->part != PART_UNKNOWN)
		return p->part;
	return p->mark == MARK_OURS ? PART_IN : p->mark == MARK_OTHER ? PART_OUT : PART_UNKNOWN;
}

/* Up from p to the first that knows; then all on the way know. The step count ends a ring, which a reused pid can make of a snapshot. */
static void
settle(const struct snapshot *l, struct process_info *p, pid_t root)
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
	for (q = p; q && own_part(q) == PART_UNKNOWN; q = root && q->ppid == root ? NULL : snapshot_find(l, q->ppid))
		q->part = part;
	p->part = part;
}

static int
is_among(pid_t pid, const pid_t *pids, int n)
{
	for (int i = 0; i < n; i++)
		if (pids[i] == pid)
			return 1;
	return 0;
}

int
snapshot_left_out(const struct tree_claim *w, pid_t pid)
{
	return is_among(pid, w->spare, w->n) || pid == getpid() || pid == w->root || pid <= 1;
}

/* Who led the session of the attempt: as identity_read; IDENTITY_NOBODY also if it is of another boot or host, for nothing of it can live here. */
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
	/* Where boots have no names: written before this one. */
	if (id->began < 0 && process_uptime() >= 0 && !stat(path, &st) && (long long)st.st_mtime < (long long)time(NULL) - process_uptime() - 1)
		return IDENTITY_NOBODY;
	return 1;
}

/*
 * The leader's session belongs, whatever its members have made of their environment. Its number is not used again while one of them lives. So if a process of that number began
 * at another time, all of it is a stranger's; if there is none, its leader has gone, and who began before it is a stranger.
 */
static void
claim_session(struct snapshot *l, const struct identity *leader)
{
	const struct process_info *first = snapshot_find(l, leader->pid);

	if (leader->began < 0 || (first && snapshot_began(first, leader->began) != 0))
		return;
	for (size_t i = 0; i < l->n; i++) {
		struct process_info *p = &l->p[i];

		if (p->sid == leader->pid && p->mark == MARK_NONE && snapshot_began(p, leader->began) >= 0)
			p->part = PART_IN;
	}
}

/* The number that the system gives just now: they go up, and begin anew at some top. -1 if it gives none. */
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

/* Without a list each number is asked for its session: all there can be at first, which takes a second; then what lived then, and what has begun since. */
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
		p->zombie = snapshot_ended(pid);
	}
	return 0;
}

/* "They cannot be listed" is no "there are none": then the leader's session is looked for, and if it is not known, nothing is. */
static int
take(struct snapshot *l, const struct tree_claim *w)
{
	struct identity leader;
	int known = read_leader(w->mark, &leader), saved;

	*l = (struct snapshot){ 0 };
	if (snapshot_take(l, w->mark) == 0) {
		if (known == 1)
			claim_session(l, &leader);
		return 0;
	}
	saved = errno;
	snapshot_free(l);
	errno = saved;
	if (errno != ENOSYS || !w->mark || known <= 0)
		return -1;
	l->partial = 1;
	return known == 1 ? scan_session(l, leader.pid) : 0;
}

/* The step count ends a ring, as in settle. */
int
snapshot_alone(const struct snapshot *l, const struct process_info *p, const struct tree_claim *w)
{
	for (size_t steps = 0; w->nalone && p && steps <= l->n; steps++, p = snapshot_find(l, p->ppid))
		if (is_among(p->pid, w->alone, w->nalone))
			return 1;
	return 0;
}

int
snapshot_for(struct snapshot *l, const struct tree_claim *w)
{
	if (take(l, w) < 0) {
		int saved = errno;

		snapshot_free(l);
		errno = saved;
		return -1;
	}
	for (size_t i = 0; i < l->n; i++)
		settle(l, &l->p[i], w->root);
	for (size_t i = 0; i < l->n; i++)
		if (snapshot_left_out(w, l->p[i].pid) || (l->p[i].part == PART_IN && snapshot_alone(l, &l->p[i], w)))
			l->p[i].part = PART_OUT;
	return 0;
}
