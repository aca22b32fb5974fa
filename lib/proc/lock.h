/*
 * lock - record locks, which say who lives: the kernel drops them when their holder ends
 *
 * An fcntl lock goes when its process closes any descriptor of the file, so a holder opens the file
 * once. On a network file system the kernel's pid may be another host's. So a holder also writes
 * its identity into the file, and is signalled only if both prove it to be a process of this boot
 * of this host.
 */
#ifndef PROC_LOCK_H
#define PROC_LOCK_H

#include <signal.h>

/*
 * Takes the write lock; the descriptor, which is close-on-exec, is to be kept open. A reader is
 * waited for, another writer is not: -1 with errno EBUSY. Other errno: the system's, or ETIMEDOUT
 * of a reader that is stopped.
 */
int lock_take(int dir, const char *name);

/* lock_take, and then lock_sign. */
int lock_life(int dir, const char *name);

/* Writes into a lock's file who holds it; fd is what its taker returned. */
void lock_sign(int fd);

/* Whether somebody write-locks it: 1, 0 (also when there is no such file), -1 with errno. */
int lock_held(int dir, const char *name);

/* The same for a lock of any kind. */
int lock_any(int dir, const char *name);

/*
 * The pid of a signed lock's holder; 0 nobody; -1 with errno; LOCK_ELSEWHERE: held, but not proven
 * to be by a process of this boot of this host.
 */
enum { LOCK_ELSEWHERE = -2, LOCK_WHERE = 320 };
pid_t lock_holder(int dir, const char *name);

/* The host of a holder that is elsewhere, "?" if not known; "" of any other. Returns where. */
char *lock_elsewhere(int dir, const char *name, char where[LOCK_WHERE]);

/* The holder for a message: "process 123", "process 123 on host NAME" ... Returns words. */
char *lock_words(int dir, const char *name, char words[LOCK_WHERE]);

/*
 * Signals the holder if it is proven to be ours, and (only not 0) is that process. Waits a moment
 * for a holder that has not signed yet. The pid that was signalled; 0 nobody, or another, holds it;
 * LOCK_ELSEWHERE, and nothing was signalled; -1 with errno.
 */
pid_t lock_signal(int dir, const char *name, pid_t only, int sig);

/*
 * Blocks until nobody write-locks dir/name, for at most ms milliseconds (-1: no limit). 1 free, 0
 * time is up, -1 with errno (EINTR: another signal came). stop (may be NULL) is what the caller's
 * handlers set; they also call alarm(1), so that a signal just before the blocking call is a second
 * late at most.
 */
int lock_wait(int dir, const char *name, long ms, const volatile sig_atomic_t *stop);

/*
 * Takes the write lock for a short change and waits for another holder, at most ms milliseconds,
 * lock_mutex a minute. The descriptor, to be closed when done; -1 with errno, ETIMEDOUT if a holder
 * is stopped or hangs: then err_text says which process it is.
 */
int lock_mutex_for(int dir, const char *name, long ms);
int lock_mutex(int dir, const char *name);

#endif
