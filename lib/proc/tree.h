/*
 * tree - finds and ends all processes of a task
 *
 * A process belongs to the task if it descends from a given process, carries RCA_TASK=DIRECTORY in
 * its environment, or is in the session whose leader DIRECTORY/start.lock names; so do its
 * descendants. Another RCA_TASK, also an empty one, takes a process and its descendants out again.
 */
#ifndef PROC_TREE_H
#define PROC_TREE_H

#include <sys/types.h>

/* In the task directory: the process that became the agent, or the check (spawn.h, hold). */
#define TREE_LEADER "start.lock"

enum { TREE_SPARED = 8, TREE_COMMAND = 128 };

/* pid 0: the system lists no processes, and only the session of the leader was looked for. */
struct tree_process {
	pid_t pid, sid;
	const char *command; /* with arguments, cut at TREE_COMMAND */
};

/*
 * spare is asked first: 1 leaves the process and its descendants alone, at most TREE_SPARED times.
 */
struct tree_policy {
	int (*spare)(void *ctx, const struct tree_process *p);
	void (*report)(void *ctx, const struct tree_process *p); /* one that will be ended */
	void *ctx;
};

struct tree_usage {
	long long cpu_ms;      /* of the living, with the children that they have waited for */
	int count;             /* living processes */
	int apart;             /* of them, those in other sessions than the agent: its tools */
	long long apart_age_s; /* age of the oldest of those; 0: none */
};

/*
 * Sends TERM, waits up to grace_ms, then sends KILL until none is left (new ones may appear
 * meanwhile). root 0: no descent; mark: the task directory, NULL: by descent only; policy NULL: all
 * are ended. root and the caller are left out. Children of ours that end are reaped, except keep
 * (0: none), whose status the caller wants. 0 none is left; 1 some could not be ended; -1 with
 * errno.
 */
int tree_end(pid_t root, const char *mark, const struct tree_policy *policy, pid_t keep,
	long grace_ms);

/*
 * Sends TERM, and CONT for stopped ones, and does not wait. Reaps nothing: the caller may not have
 * seen yet that its own child has ended. Returns how many there were; -1 with errno.
 */
int tree_terminate(pid_t root, const char *mark, const struct tree_policy *policy);

/* What they use now. 0, -1 with errno: also where processes cannot be listed. */
int tree_usage(pid_t root, const char *mark, struct tree_usage *u);

#endif
