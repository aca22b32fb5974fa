/*
 * lock - the record locks on DIR/lock and DIR/monitor.lock: who lives is asked of the kernel
 *
 * fcntl locks belong to a process and go when it closes ANY descriptor of the file. So a holder opens the file once,
 * through lock_take or lock_life, and never again: all the others here, of that file, are for others.
 *
 * The kernel's word for who holds a lock is not enough to signal by: on a network file system the
 * number it gives was that of another host's process (measured). So the holder of a life lock writes
 * into the file who it is (identity.h), and who cannot be proven by both to be a process of this boot
 * of this host is "elsewhere": it lives, and it is never signalled.
 */
#ifndef PROC_LOCK_H
#define PROC_LOCK_H

#include <signal.h>

/*
 * Takes the write lock for life; the descriptor is close-on-exec and is to be kept open. A reader that waits is outwaited, another writer is not:
 * -1 with errno EBUSY, *pid (may be NULL) its pid, 0 if it is on another host. Other errno: the system's, ETIMEDOUT of a reader that is stopped while it holds it.
 */
int lock_take(int dir, const char *name);

/* lock_take of a life lock: the file says whose it is from an instant later on. */
int lock_life(int dir, const char *name);

/* The same for one that was taken otherwise: fd is what its taker returned. */
void lock_sign(int fd);

/* Whether somebody write-locks it, whoever that is: 1, 0 (also when there is no such file), -1 with errno. */
int lock_held(int dir, const char *name);

/* Who holds a life lock: its pid; 0 nobody; -1 with errno; LOCK_ELSEWHERE: held, but by nobody who is proven to be a process of this boot of this host. */
enum { LOCK_ELSEWHERE = -2, LOCK_WHERE = 320 };
pid_t lock_holder(int dir, const char *name);

/* The host of a holder that is elsewhere, "?" if it is not known; "" if it is not. Returns where. */
char *lock_elsewhere(int dir, const char *name, char where[LOCK_WHERE]);

/* The holder of a life lock for a complaint: "process 123", "process 123 on host NAME" ... Returns words. */
char *lock_words(int dir, const char *name, char words[LOCK_WHERE]);

/*
 * Signals the holder of a life lock if it is proven to be ours, and (only not 0) if it is that one. The pid that was signalled; 0 nobody (or not that one) holds it;
 * LOCK_ELSEWHERE, and nobody was; -1 with errno. Waits a moment for one that has not written yet who it is.
 */
pid_t lock_signal(int dir, const char *name, pid_t only, int sig);

/*
 * Blocks until nobody write-locks dir/name, or up to ms milliseconds (-1: for ever). 1 free, 0 time is up, -1 with errno (EINTR: another signal came).
 * stop (may be NULL) is what the caller's handlers set; they also call alarm(1), so that a signal between the look at it and the blocking call is at most a second late.
 */
int lock_wait(int dir, const char *name, long ms, const volatile sig_atomic_t *stop);

/*
 * A plain mutex around a short change, e.g. of the manifest: waits for up to ms milliseconds, lock_mutex a minute; the descriptor to close when done. -1 with errno; a holder that is
 * stopped, or hangs, is ETIMEDOUT, and err_text then says which process it is.
 */
int lock_mutex_for(int dir, const char *name, long ms);
int lock_mutex(int dir, const char *name);

#endif
