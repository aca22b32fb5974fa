/* process - one process, told from all others that had or will have its pid */
#ifndef PROC_PROCESS_H
#define PROC_PROCESS_H

#include <sys/types.h>

enum { PROCESS_BOOT = 64 };

/*
 * When pid began: ticks since boot, else seconds since 1970. -1 with errno: ESRCH there is no such
 * process, else the system cannot tell.
 */
long long process_began(pid_t pid);

/* 1 if two such times may be of one process: equal, or as near as the system can tell. */
int process_same(long long a, long long b);

/* This boot of this machine in one word; "-" where the system has none for it. Returns boot. */
const char *process_boot(char boot[PROCESS_BOOT]);

/* 1 if the system shows processes under our pids; 0: no /proc, or that of another namespace. */
int process_visible(void);

/* Seconds since this machine started, its sleep included; -1 not known. */
long long process_uptime(void);

/* A descriptor that becomes readable when pid ends. -1 with errno, ENOSYS: not on this system. */
int process_open(pid_t pid);

/*
 * kill(2), if pid is still the process that began then (-1: not known), in session sid (0: any). -1
 * with errno (ESRCH).
 */
int process_signal(pid_t pid, long long began, pid_t sid, int sig);

/* Makes orphans of our descendants our children. 0; -1 with errno, ENOSYS: not on this system. */
int process_adopt(void);

/*
 * 1 if this kernel alone keeps the locks of fd's file, so that the pid it names for a lock is one
 * of its own; 0 if not, or not known.
 */
int process_locks_here(int fd);

#endif
