/*
 * tree - finds and ends all processes of a task
 *
 * A snapshot is stale at once: processes fork, end and get new parents while it is taken. So a
 * process is signalled only if it is still the one that was seen, and where there were any, "none
 * is left" is believed when two snapshots in a row say so.
 */
#include "proc/tree.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/process.h"
#include "proc/snapshot.h"

enum {
	KILL_MS = 10000, /* how long SIGKILL may take; a process in a dead file system never goes */
	WAIT_MS = 500,   /* between snapshots, while nothing seems to happen */
	FREEZE_MAX = 20  /* snapshots to find all that fork while they are being stopped */
};

static int
count(const struct snapshot *l)
{
	int n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += snapshot_member(&l->p[i]);
	return n;
}

/* Only a process that was found without the system's list has no start on Linux. */
static int
signal_one(const struct process_info *p, int sig)
{
	return p->start ? process_signal(p->pid, (long long)p->start, 0, sig)
		: process_signal(p->pid, -1, p->sid, sig);
}

/* Returns how many took the signal. */
static int
signal_all(const struct snapshot *l, int sig)
{
	int n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (snapshot_member(&l->p[i]))
			n += signal_one(&l->p[i], sig) == 0 || errno == ESRCH;
	return n;
}

static void
terminate(const struct snapshot *l)
{
	signal_all(l, SIGTERM);
	signal_all(l, SIGCONT); /* a stopped process would never act on TERM */
}

static void
reap(const struct snapshot *l, const struct snapshot_target *t, pid_t keep)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct process_info *p = &l->p[i];

		if (p->zombie && p->ppid == getpid() && p->pid != keep && p->pid != t->root)
			waitpid(p->pid, NULL, WNOHANG);
	}
}

/* Takes a snapshot and reaps. The number of members; -1 with errno, and nothing to free. */
static int
take(struct snapshot *l, const struct snapshot_target *t, pid_t keep)
{
	if (snapshot_of(l, t) < 0)
		return -1;
	reap(l, t, keep);
	return count(l);
}

/* Members of now that were not in before. */
static int
newcomers(const struct snapshot *now, const struct snapshot *before)
{
	int n = 0;

	for (size_t i = 0; i < now->n; i++) {
		const struct process_info *p = &now->p[i], *q = snapshot_find(before, p->pid);

		n += snapshot_member(p) && (!q || q->part != PART_IN || q->start != p->start);
	}
	return n;
}

/*
 * Stops all, until a snapshot finds no new one: a child without the mark is known by its parent
 * only, and would be lost if the parent were killed first. Leaves the last snapshot in l; the
 * number of members, or -1.
 */
static int
freeze(struct snapshot *l, const struct snapshot_target *t, pid_t keep)
{
	int n = take(l, t, keep);

	for (int i = 0; n > 0 && i < FREEZE_MAX; i++) {
		struct snapshot next;
		int fresh;

		signal_all(l, SIGSTOP);
		if ((n = take(&next, t, keep)) < 0) {
			snapshot_free(l);
			return -1;
		}
		fresh = newcomers(&next, l);
		snapshot_free(l);
		*l = next;
		if (!fresh)
			break;
	}
	return n;
}

/* Sends TERM and waits. Returns how many are left, -1 with errno; *found: whether there was any. */
static int
end_gently(const struct snapshot_target *t, pid_t keep, long grace_ms, int *found)
{
	long long end = clock_ms() + grace_ms;

	for (;;) {
		struct snapshot l;
		long long left;
		int n = take(&l, t, keep);

		if (n < 0)
			return -1;
		left = end - clock_ms();
		if (n > 0 && left > 0) {
			if (!*found)
				terminate(&l);
			*found = 1;
			snapshot_wait(&l, left < WAIT_MS ? (long)left : WAIT_MS);
		}
		snapshot_free(&l);
		if (n == 0 || left <= 0)
			return n;
	}
}

static int
end_all(const struct snapshot_target *t, pid_t keep, long grace_ms)
{
	int found = 0, n = end_gently(t, keep, grace_ms, &found), empty = n == 0;
	long long end = clock_ms() + KILL_MS;

	if (n < 0 || (n == 0 && !found))
		return n;
	while (clock_ms() < end) {
		struct snapshot l;
		int took = 1;

		if ((n = freeze(&l, t, keep)) < 0)
			return -1;
		if (n > 0) {
			took = signal_all(&l, SIGKILL);
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

/*
 * Asks about each member, or reports it; the pids to spare are added to t. Returns how many there
 * were.
 */
static int
for_each(const struct snapshot *l, struct snapshot_target *t, const struct tree_policy *policy,
	int report)
{
	char command[TREE_COMMAND];
	int n = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct process_info *p = &l->p[i];
		struct tree_process one = { .pid = p->pid, .sid = p->sid, .command = command };

		if (!snapshot_member(p) || snapshot_spared(l, p, t))
			continue;
		n++;
		snapshot_command(p->pid, command, sizeof command);
		if (report)
			policy->report(policy->ctx, &one);
		else if (t->nspared < TREE_SPARED && policy->spare(policy->ctx, &one))
			t->spared[t->nspared++] = p->pid;
	}
	return n;
}

/*
 * Asks and reports from one snapshot. keep NULL: reaps nothing. How many are to be ended; -1 with
 * errno.
 */
static int
apply(struct snapshot_target *t, const struct tree_policy *policy, const pid_t *keep)
{
	struct snapshot l;
	int n;

	if (snapshot_of(&l, t) < 0)
		return -1;
	if (keep)
		reap(&l, t, *keep);
	if ((n = count(&l))) {
		for_each(&l, t, policy, 0);
		if (l.partial)
			policy->report(policy->ctx, &(struct tree_process){ .command = "" });
		n = for_each(&l, t, policy, 1);
	}
	snapshot_free(&l);
	return n;
}

int
tree_end(pid_t root, const char *mark, const struct tree_policy *policy, pid_t keep,
	long grace_ms)
{
	struct snapshot_target t = { .root = root, .mark = mark };
	int n = policy ? apply(&t, policy, &keep) : 1;

	return n > 0 ? end_all(&t, keep, grace_ms) : n;
}

int
tree_terminate(pid_t root, const char *mark, const struct tree_policy *policy)
{
	struct snapshot_target t = { .root = root, .mark = mark };
	struct snapshot l;
	int n = apply(&t, policy, NULL);

	if (n <= 0 || snapshot_of(&l, &t) < 0)
		return n;
	terminate(&l);
	snapshot_free(&l);
	return n;
}

/*
 * Without a start time, ages may differ by a second in one snapshot; then the order of pids
 * decides.
 */
static int
older(const struct process_info *p, const struct process_info *q)
{
	return p->start && q->start ? p->start < q->start : p->age_s > q->age_s + 1;
}

/* The agent's session: of root's first child, else of the oldest member. */
static pid_t
agent_session(const struct snapshot *l, pid_t root)
{
	const struct process_info *best = NULL;

	for (size_t i = 0; i < l->n; i++) {
		const struct process_info *p = &l->p[i];
		int child = root && p->ppid == root;
		int best_child = best && root && best->ppid == root;

		if (!snapshot_member(p) || child < best_child)
			continue;
		if (!best || child > best_child || older(p, best))
			best = p;
	}
	return best ? best->sid : 0;
}

int
tree_usage(pid_t root, const char *mark, struct tree_usage *u)
{
	const struct snapshot_target t = { .root = root, .mark = mark };
	struct snapshot l;
	pid_t agent;

	*u = (struct tree_usage){ 0 };
	if (snapshot_of(&l, &t) < 0)
		return -1;
	if (l.partial) {
		snapshot_free(&l);
		errno = ENOSYS;
		return -1;
	}
	agent = agent_session(&l, root);
	for (size_t i = 0; i < l.n; i++) {
		const struct process_info *p = &l.p[i];

		if (!snapshot_member(p))
			continue;
		u->count++;
		u->cpu_ms += p->cpu_ms;
		if (p->sid == agent)
			continue;
		u->apart++;
		if (p->age_s > u->apart_age_s)
			u->apart_age_s = p->age_s;
	}
	snapshot_free(&l);
	return 0;
}
