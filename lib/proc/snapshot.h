/* snapshot - what a look at the system's processes yields; between tree.c, which acts on it, snapshot.c, which decides who belongs, and the platform's snapshot_linux.c or snapshot_ps.c, which looks */
#ifndef PROC_SNAPSHOT_H
#define PROC_SNAPSHOT_H

#include <sys/types.h>

#define TREE_MARK "RCA_TASK="

enum snapshot_mark { MARK_NONE, MARK_OURS, MARK_OTHER };
enum snapshot_part { PART_UNKNOWN, PART_IN, PART_OUT };

struct process_info {
	pid_t pid, ppid, sid;
	enum snapshot_mark mark;
	int zombie;
	int blank; /* nothing of its environment could be read, though allowed */
	unsigned long long start; /* when it began, in the system's own units: tells two processes of one pid apart; 0 not known */
	long long age_s;
	long long cpu_ms;
	enum snapshot_part part; /* for tree.c */
};

/* Whom a caller of tree.h means. */
struct tree_claim {
	pid_t root;
	const char *mark;
	const pid_t *spare;
	int n;
	const pid_t *alone; /* left alone with all that descends from them */
	int nalone;
};

struct snapshot {
	struct process_info *p; /* sorted by pid */
	size_t n, room;
	int partial;         /* the system does not list them: only the session of the attempt's leader was looked for */
};

/*
 * All processes now; their marks only if mark is not NULL. 0; -1 with errno, ENOSYS: the system cannot list them, which is not "there are none". snapshot_free in either case;
 * l starts as zeros.
 */
int snapshot_take(struct snapshot *l, const char *mark);
void snapshot_free(struct snapshot *l);
/* The next record, zeroed; NULL with ENOMEM. Sorting is the caller's. */
struct process_info *snapshot_add(struct snapshot *l);
void snapshot_sort(struct snapshot *l);
/* NULL if there is none. */
struct process_info *snapshot_find(const struct snapshot *l, pid_t pid);

/* When p began against a time of process.h: -1 before, 0 then, 1 after. */
int snapshot_began(const struct process_info *p, long long began);
/* The command line of a process, for people; "" if it cannot be had. */
void snapshot_what(pid_t pid, char *buf, size_t size);
/* Whether p has ended, where it was found without the system's list. */
int snapshot_ended(pid_t pid);

/* snapshot_take, and then PART_IN is who belongs. 0; -1 with errno, nothing to free. */
int snapshot_for(struct snapshot *l, const struct tree_claim *w);
/* Whether p is one that is left alone, or descends from one. */
int snapshot_alone(const struct snapshot *l, const struct process_info *p, const struct tree_claim *w);
/* Whether pid is the root, the caller, init, or spared. */
int snapshot_left_out(const struct tree_claim *w, pid_t pid);

/* kill(2), if it is still the process that was seen (where the system lets us know). -1 with errno, ESRCH if it is not. */
int snapshot_signal(const struct process_info *p, int sig);

/* Returns when all that are PART_IN have ended, or ms have passed, or earlier: a hint, not a verdict. */
void snapshot_wait(const struct snapshot *l, long ms);

#endif
