/* lock_block - blocks on a record lock, but not for ever */
#ifndef PROC_LOCK_BLOCK_H
#define PROC_LOCK_BLOCK_H

#include <fcntl.h>
#include <signal.h>

/*
 * F_SETLKW that fails with EINTR after ms at the latest, or when a handler ran that does not
 * restart calls; stop: see lock_wait. 0; -1 with errno.
 */
int lock_block(int fd, struct flock *fl, long ms, const volatile sig_atomic_t *stop);

#endif
