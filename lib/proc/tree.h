/*
 * tree - find and end all that belongs to a task. Belongs: descends from the given process, or carries RCA_TASK=<task directory> in its environment (the mark every
 * agent gets and hands down), or is of the session whose leader MARK/start.lock names (spawn.h, hold), which finds who has written over its environment, or has it hidden
 * by the system; or descends from one that does. A process that carries another RCA_TASK (also an empty one: our own monitors, launchers and servers) does not, nor does what is below it.
 * Two versions behind this header: snapshot_linux.c (/proc, subreaper) and snapshot_ps.c (ps).
 */
#ifndef PROC_TREE_H
#define PROC_TREE_H

#include <sys/types.h>

/* In the task directory: who became the agent, or the check. */
#define TREE_LEADER "start.lock"

struct tree_use {
	long long cpu_ms;      /* processor time used so far by all that belongs and lives, their waited-for children included */
	int count;             /* processes */
	int apart;             /* of them, those in another session than `root`'s child, i.e. tool shells */
	long long apart_age_s; /* age of the oldest of those, seconds; 0 none */
};

/* One that is about to be ended. pid 0: the system does not list its processes, and only the session of the attempt's leader could be looked for. */
struct tree_one {
	pid_t pid, sid;
	const char *what; /* its command line, cut */
};

/* Both before any is signalled. spares is asked of each: 1 leaves it alone, and all that descends from it (at most TREE_ALONE of them). ends is told of each of the others. */
struct tree_judge {
	int (*spares)(void *ctx, const struct tree_one *one);
	void (*ends)(void *ctx, const struct tree_one *one);
	void *ctx;
};

enum { TREE_ALONE = 8, TREE_WHAT = 128 };

/* Orphans of our descendants become our children, where the system can do that; 0, or -1 with ENOSYS. */
int snapshot_adopt(void);

/*
 * Signals all that belongs to root (0: by mark only) and mark (the task directory; NULL: by descent only), root itself and the caller left out, and the pids in spare (n of them).
 * Returns how many there were, -1 with errno.
 */
int tree_kill(pid_t root, const char *mark, const pid_t *spare, int n, int sig);

/* As tree_kill with signal 0, but without counting zombies. */
int tree_count(pid_t root, const char *mark, const pid_t *spare, int n);

/*
 * TERM, then up to grace_ms for them to go, then KILL until none is left (new ones may appear meanwhile). Reaps children of ours that end,
 * but never `keep` (0: none), whose status the caller wants. Returns 0 when none is left, 1 if some could not be ended, -1 with errno.
 */
int tree_end(pid_t root, const char *mark, const pid_t *spare, int n, pid_t keep, long grace_ms);

/* The same, but for those that the judge leaves alone. */
int tree_end_judged(pid_t root, const char *mark, const struct tree_judge *j, pid_t keep, long grace_ms);
/*
 * TERM, and CONT for those that are stopped, and no wait. Reaps nothing: the caller may not have heard
 * yet that a child of its own has ended. How many there were, -1 with errno.
 */
int tree_ask_judged(pid_t root, const char *mark, const struct tree_judge *j);

/* What they use now. 0, -1 with errno: also where processes cannot be listed. */
int tree_use(pid_t root, const char *mark, struct tree_use *u);

#endif
