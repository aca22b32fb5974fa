/*
 * ticket - a queue of processes: first come, first served, and one that ends has left it
 *
 * A ticket is the write lock on one byte of a file, and the byte's place is its number. Its holder
 * waits for the lock on the next lower byte that is held. So there is nothing to clean up, each end
 * wakes one process, and a signal costs nobody his place.
 */
#ifndef PROC_TICKET_H
#define PROC_TICKET_H

#include <signal.h>

struct ticket {
	int fd;
	long long number;
};

/*
 * Takes the last place in the queue dir/name; the file is made if need be. The process must have no
 * other descriptor of it. 0; -1 with errno.
 */
int ticket_draw(struct ticket *q, int dir, const char *name);

/*
 * Blocks until nobody is before us, for at most ms milliseconds. 1 we are the first; 0 somebody is
 * before us; -1 with errno (EINTR: a signal came). stop: see lock_wait.
 */
int ticket_wait(const struct ticket *q, long ms, const volatile sig_atomic_t *stop);

/* Leaves the queue. */
void ticket_drop(struct ticket *q);

#endif
