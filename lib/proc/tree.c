/*
 * tree - who belongs to a task, and the end of all of it
 *
 * A look is a snapshot that is stale at once: processes fork, end and are re-parented while it is taken. So nothing is concluded from one look but what survives that: a
 * process is signalled only if it is still the one that was seen, and "none is left" after some were there is believed when two looks in a row say so.
 */
#include "proc/tree.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/snapshot.h"

enum {
	KILL_MS = 10000,   /* how long SIGKILL may take; a process in a dead file system never goes */
	WAIT_MS = 500,     /* between looks, while nothing seems to happen */
	FREEZE_MAX = 20    /* looks to find all that forks while it is being stopped */
};

static int
members(const struct snapshot *l, int zombies)
{
	int n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->p[i].part == PART_IN && (zombies || !l->p[i].zombie);
	return n;
}

/* Signals the living members; how many took it. */
static int
sweep(const struct snapshot *l, int sig)
{
	int n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->p[i].part == PART_IN && !l->p[i].zombie)
			n += snapshot_signal(&l->p[i], sig) == 0 || errno == ESRCH;
	return n;
}

int
tree_kill(pid_t root, const char *mark, const pid_t *spare, int n, int sig)
{
	const struct tree_claim w = { .root = root, .mark = mark, .spare = spare, .n = n };
	struct snapshot l;
	int found;

	if (snapshot_for(&l, &w) < 0)
		return -1;
	if (sig)
		sweep(&l, sig);
	found = members(&l, 1);
	snapshot_free(&l);
	return found;
}

int
tree_count(pid_t root, const char *mark, const pid_t *spare, int n)
{
	const struct tree_claim w = { .root = root, .mark = mark, .spare = spare, .n = n };
	struct snapshot l;
	int found;

	if (snapshot_for(&l, &w) < 0)
		return -1;
	found = members(&l, 0);
	snapshot_free(&l);
	return found;
}

/* Zombies of ours, but for keep and the spared, whose status somebody wants. */
static void
reap(const struct snapshot *l, const struct tree_claim *w, pid_t keep)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct process_info *p = &l->p[i];

		if (p->zombie && p->ppid == getpid() && p->pid != keep && !snapshot_left_out(w, p->pid))
			waitpid(p->pid, NULL, WNOHANG);
	}
}

/* snapshot_for, reap, and the number of living members; -1 with errno. l is to be freed unless -1. */
static int
look_again(struct snapshot *l, const struct tree_claim *w, pid_t keep)
{
	if (snapshot_for(l, w) < 0)
		return -1;
	reap(l, w, keep);
	return members(l, 0);
}

/* Members of now that were not in before. */
static int
newcomers(const struct snapshot *now, const struct snapshot *before)
{
	int n = 0;

	for (size_t i = 0; i < now->n; i++) {
		const struct process_info *p = &now->p[i], *q = snapshot_find(before, p->pid);

		n += p->part == PART_IN && !p->zombie && (!q || q->part != PART_IN || q->start != p->start);
	}
	return n;
}

/*
 * Stops all, until a look finds nobody new: a child without the mark is known by its parent only, and would be lost if the parent were killed before it is seen.
 * Leaves the last look in l; the number of members, or -1.
 */
static int
freeze(struct snapshot *l, const struct tree_claim *w, pid_t keep)
{
	int n = look_again(l, w, keep);

	for (int i = 0; n > 0 && i < FREEZE_MAX; i++) {
		struct snapshot next;

		sweep(l, SIGSTOP);
		if ((n = look_again(&next, w, keep)) < 0) {
			snapshot_free(l);
			return -1;
		}
		int fresh = newcomers(&next, l);
		snapshot_free(l);
		*l = next;
		if (!fresh)
			break;
	}
	return n;
}

/* TERM, and time to go. Returns how many are left, -1 with errno; *found: whether there was any. */
static int
ask(const struct tree_claim *w, pid_t keep, long grace_ms, int *found)
{
	long long end = clock_ms() + grace_ms;
	int asked = 0;

	for (;;) {
		struct snapshot l;
		long long left;
		int n = look_again(&l, w, keep);

		if (n < 0)
			return -1;
		left = end - clock_ms();
		if (n > 0 && left > 0) {
			*found = 1;
			if (!asked++) {
				sweep(&l, SIGTERM);
				sweep(&l, SIGCONT); /* a stopped one would never hear it */
			}
			snapshot_wait(&l, left < WAIT_MS ? (long)left : WAIT_MS);
		}
		snapshot_free(&l);
		if (n == 0 || left <= 0)
			return n;
	}
}

static int
end_all(const struct tree_claim *w, pid_t keep, long grace_ms)
{
	int found = 0;
	int n = ask(w, keep, grace_ms, &found), empty = n == 0;
	long long end = clock_ms() + KILL_MS;

	if (n < 0 || (n == 0 && !found))
		return n;
	while (clock_ms() < end) {
		struct snapshot l;
		int took = 1;

		if ((n = freeze(&l, w, keep)) < 0)
			return -1;
		if (n > 0) {
			took = sweep(&l, SIGKILL);
			snapshot_wait(&l, WAIT_MS);
		}
		snapshot_free(&l);
		empty = n == 0 ? empty + 1 : 0;
		if (empty == 2)
			return 0;
		if (!took)
			break;
	}
	return 1;
}

int
tree_end(pid_t root, const char *mark, const pid_t *spare, int spares, pid_t keep, long grace_ms)
{
	const struct tree_claim w = { .root = root, .mark = mark, .spare = spare, .n = spares };

	return end_all(&w, keep, grace_ms);
}

/* Asks of each, or tells of it; those that are left alone are added to alone[]. How many were there. */
static int
put(const struct snapshot *l, struct tree_claim *w, pid_t alone[TREE_ALONE], const struct tree_judge *j, int tell)
{
	char what[TREE_WHAT];
	int n = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct process_info *p = &l->p[i];
		struct tree_one one = { .pid = p->pid, .sid = p->sid, .what = what };

		if (p->part != PART_IN || p->zombie || snapshot_alone(l, p, w))
			continue;
		n++;
		snapshot_what(p->pid, what, sizeof what);
		if (tell)
			j->ends(j->ctx, &one);
		else if (w->nalone < TREE_ALONE && j->spares(j->ctx, &one))
			alone[w->nalone++] = p->pid;
	}
	return n;
}

/*
 * One look, at which the judge is asked, and then told. Reaps all but *keep, and nothing if keep is NULL.
 * How many there are but those that are left alone; -1 with errno.
 */
static int
judge(struct tree_claim *w, pid_t alone[TREE_ALONE], const struct tree_judge *j, const pid_t *keep)
{
	struct snapshot l;
	int n;

	if (snapshot_for(&l, w) < 0)
		return -1;
	if (keep)
		reap(&l, w, *keep);
	if (!members(&l, 0)) {
		snapshot_free(&l);
		return 0;
	}
	w->alone = alone;
	put(&l, w, alone, j, 0);
	if (l.partial)
		j->ends(j->ctx, &(struct tree_one){ .what = "" });
	n = put(&l, w, alone, j, 1);
	snapshot_free(&l);
	return n;
}

int
tree_end_judged(pid_t root, const char *mark, const struct tree_judge *j, pid_t keep, long grace_ms)
{
	struct tree_claim w = { .root = root, .mark = mark };
	pid_t alone[TREE_ALONE];
	int n = judge(&w, alone, j, &keep);

	return n > 0 ? end_all(&w, keep, grace_ms) : n;
}

int
tree_ask_judged(pid_t root, const char *mark, const struct tree_judge *j)
{
	struct tree_claim w = { .root = root, .mark = mark };
	pid_t alone[TREE_ALONE];
	struct snapshot l;
	int n = judge(&w, alone, j, NULL);

	if (n <= 0 || snapshot_for(&l, &w) < 0)
		return n;
	sweep(&l, SIGTERM);
	sweep(&l, SIGCONT);
	snapshot_free(&l);
	return n;
}

/* Whether p began before q. Without a start time, ages may be a second apart in one listing, and the order is that of the pids. */
static int
older(const struct process_info *p, const struct process_info *q)
{
	return p->start && q->start ? p->start < q->start : p->age_s > q->age_s + 1;
}

/* The session that is not "apart": of root's first child, else of the oldest that belongs. */
static pid_t
home_session(const struct snapshot *l, pid_t root)
{
	const struct process_info *best = NULL;

	for (size_t i = 0; i < l->n; i++) {
		const struct process_info *p = &l->p[i];
		int child = root && p->ppid == root, best_child = best && root && best->ppid == root;

		if (p->part != PART_IN || p->zombie || child < best_child)
			continue;
		if (!best || child > best_child || older(p, best))
			best = p;
	}
	return best ? best->sid : 0;
}

int
tree_use(pid_t root, const char *mark, struct tree_use *u)
{
	const struct tree_claim w = { .root = root, .mark = mark };
	struct snapshot l;

	*u = (struct tree_use){ 0 };
	if (snapshot_for(&l, &w) < 0)
		return -1;
	if (l.partial) {
		snapshot_free(&l);
		errno = ENOSYS;
		return -1;
	}
	pid_t home = home_session(&l, root);
	for (size_t i = 0; i < l.n; i++) {
		const struct process_info *p = &l.p[i];

		if (p->part != PART_IN || p->zombie)
			continue;
		u->count++;
		u->cpu_ms += p->cpu_ms;
		if (p->sid == home)
			continue;
		u->apart++;
		if (p->age_s > u->apart_age_s)
			u->apart_age_s = p->age_s;
	}
	snapshot_free(&l);
	return 0;
}
