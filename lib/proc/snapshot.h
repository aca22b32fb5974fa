/* snapshot - the system's processes at one moment, and which of them belong to a task (tree.h) */
#ifndef PROC_SNAPSHOT_H
#define PROC_SNAPSHOT_H

#include <sys/types.h>

#include "proc/tree.h"

#define SNAPSHOT_MARK "RCA_TASK="

enum snapshot_mark { MARK_NONE, MARK_OURS, MARK_OTHER };
enum snapshot_part { PART_UNKNOWN, PART_IN, PART_OUT };

struct process_info {
	pid_t pid, ppid, sid;
	enum snapshot_mark mark;
	int zombie;
	int blank; /* its environment could be read, and was empty */
	unsigned long long start; /* in the system's own units; 0 not known */
	long long age_s;
	long long cpu_ms;
	enum snapshot_part part;
};

/* Whose processes a caller of tree.h means. */
struct snapshot_target {
	pid_t root;
	const char *mark;
	pid_t spared[TREE_SPARED]; /* left alone, with their descendants */
	int nspared;
};

struct snapshot {
	struct process_info *p; /* sorted by pid */
	size_t n, room;
	int partial; /* processes cannot be listed: only the leader's session was looked for */
};

/* A snapshot in which PART_IN marks the members. 0; -1 with errno, nothing to free. */
int snapshot_of(struct snapshot *l, const struct snapshot_target *t);
void snapshot_free(struct snapshot *l);

/* NULL if there is no such process. */
struct process_info *snapshot_find(const struct snapshot *l, pid_t pid);

/* 1 for a member that lives. */
int snapshot_member(const struct process_info *p);

/* 1 for a process that is spared, or descends from one that is. */
int snapshot_spared(const struct snapshot *l, const struct process_info *p,
	const struct snapshot_target *t);

/* Returns when all members have ended, or ms have passed, or earlier. */
void snapshot_wait(const struct snapshot *l, long ms);

/* For snapshot_take: the next record, zeroed, NULL with ENOMEM; sorted when all are there. */
struct process_info *snapshot_add(struct snapshot *l);
void snapshot_sort(struct snapshot *l);

/* From here on in snapshot_linux.c (/proc), snapshot_macos.c (libproc), snapshot_ps.c (ps). */

/*
 * Lists all processes, with their marks if mark is not NULL. l starts as zeros and is freed by the
 * caller in any case. 0; -1 with errno, ENOSYS: the system cannot list them.
 */
int snapshot_take(struct snapshot *l, const char *mark);

/* When p began against a time of process.h: -1 before, 0 then, 1 after. */
int snapshot_began(const struct process_info *p, long long began);

/* The command line of a process; "" if it cannot be read. */
void snapshot_command(pid_t pid, char *buf, size_t size);

#endif
