/*
 * process - one process, told from all others that have had its number, or will have it
 * Two versions behind this header: process_linux.c (/proc, pidfds) and process_posix.c (ps).
 */
#ifndef PROC_PROCESS_H
#define PROC_PROCESS_H

#include <sys/types.h>

enum { PROCESS_BOOT = 64 };

/*
 * When pid began, in the system's own units: ticks since boot, else seconds since 1970. -1 with
 * errno: ESRCH it is not there, else it cannot be known here.
 */
long long process_began(pid_t pid);

/*
 * Whether two such times may be of one process: they are equal, or as near as the system can tell.
 */
int process_same(long long a, long long b);

/* This boot of this machine in one word; "-" where the system has none for it. Returns boot. */
const char *process_boot(char boot[PROCESS_BOOT]);

/*
 * 1 if the system shows processes under the numbers that we know them by; 0 if it does not (no
 * /proc, or that of another namespace).
 */
int process_visible(void);

/* Seconds since this machine started, its sleep included; -1 not known. */
long long process_uptime(void);

/*
 * kill(2), if pid is still the process that began then (-1: whoever it is). -1 with errno, ESRCH
 * if it is not.
 */
int process_signal(pid_t pid, long long began, int sig);

/*
 * Whether this kernel alone keeps the locks of fd's file, so that the pid it names for a lock is
 * one of its own. 0 also if that cannot be known.
 */
int process_locks_here(int fd);

#endif
