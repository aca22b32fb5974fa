/* snapshot - what a look at the system's processes yields; between tree.c, which acts on it, snapshot.c, which decides who belongs, and the platform's snapshot_linux.c or snapshot_ps.c, which looks */
#ifndef PROC_SNAPSHOT_H
#define PROC_SNAPSHOT_H

#include <stddef.h>
#include <sys/types.h>

#define TREE_MARK "RCA_TASK="

enum look_mark { MARK_NONE, MARK_OURS, MARK_OTHER };
enum look_part { PART_UNKNOWN, PART_IN, PART_OUT };

struct look_proc {
	pid_t pid, ppid, sid;
	enum look_mark mark;
	int zombie;
	int blank; /* nothing of its environment could be read, though allowed */
	unsigned long long start; /* when it began, in the system's own units: tells two processes of one pid apart; 0 not known */
	long long age_s;
	long long cpu_ms;
	enum look_part part; /* for tree.c */
};

/* Whom a caller of tree.h means. */
struct whose {
	pid_t root;
	const char *mark;
	const pid_t *spare;
	int n;
	const pid_t *alone; /* left alone with all that descends from them */
	int nalone;
};

struct look {
	struct look_proc *p; /* sorted by pid */
	size_t n, room;
	int partial;         /* the system does not list them: only the session of the attempt's leader was looked for */
};

/*
 * All processes now; their marks only if mark is not NULL. 0; -1 with errno, ENOSYS: the system cannot list them, which is not "there are none". snapshot_free in either case;
 * l starts as zeros.
 */
int snapshot_take(struct look *l, const char *mark);
void snapshot_free(struct look *l);
/* The next record, zeroed; NULL with ENOMEM. Sorting is the caller's. */
struct look_proc *snapshot_add(struct look *l);
void snapshot_sort(struct look *l);
/* NULL if there is none. */
struct look_proc *snapshot_find(const struct look *l, pid_t pid);

/* When p began against a time of process.h: -1 before, 0 then, 1 after. */
int snapshot_began(const struct look_proc *p, long long began);
/* The command line of a process, for people; "" if it cannot be had. */
void snapshot_what(pid_t pid, char *buf, size_t size);
/* Whether p has ended, where it was found without the system's list. */
int snapshot_ended(pid_t pid);

/* snapshot_take, and then PART_IN is who belongs. 0; -1 with errno, nothing to free. */
int snapshot_for(struct look *l, const struct whose *w);
/* Whether p is one that is left alone, or descends from one. */
int snapshot_alone(const struct look *l, const struct look_proc *p, const struct whose *w);
/* Whether pid is the root, the caller, init, or spared. */
int snapshot_left_out(const struct whose *w, pid_t pid);

/* kill(2), if it is still the process that was seen (where the system lets us know). -1 with errno, ESRCH if it is not. */
int snapshot_signal(const struct look_proc *p, int sig);

/* Returns when all that are PART_IN have ended, or ms have passed, or earlier: a hint, not a verdict. */
void snapshot_wait(const struct look *l, long ms);

#endif
