/*
 * lock - the record locks on DIR/lock and DIR/monitor.lock: who lives is asked of the kernel
 *
 * fcntl locks belong to a process and go when it closes ANY descriptor of the file. So a holder opens the file once,
 * through lock_take, and never again: lock_holder and lock_wait of that file are for others.
 */
#ifndef LOCK_H
#define LOCK_H

#include <signal.h>
#include <sys/types.h>

/*
 * Takes the write lock for life; the descriptor is close-on-exec and is to be kept open. A reader that waits is outwaited, another writer is not:
 * -1 with errno EBUSY, *pid (may be NULL) its pid, 0 if it is on another host. Other errno: the system's.
 */
int lock_take(int dir, const char *name, pid_t *pid);

/* Who holds the write lock: its pid; 0 nobody (also when there is no such file); -1 with errno; LOCK_ELSEWHERE: held, but not by a process of this host. */
enum { LOCK_ELSEWHERE = -2 };
pid_t lock_holder(int dir, const char *name);

/*
 * Blocks until nobody write-locks dir/name, or up to ms milliseconds (-1: for ever). 1 free, 0 time is up, -1 with errno (EINTR: another signal came).
 * stop (may be NULL) is what the caller's handlers set; they also call alarm(1), so that a signal between the look at it and the blocking call is at most a second late.
 */
int lock_wait(int dir, const char *name, long ms, const volatile sig_atomic_t *stop);

/* A plain mutex around a short change, e.g. of the manifest: blocks; the descriptor to close when done. */
int lock_mutex(int dir, const char *name);

#endif
