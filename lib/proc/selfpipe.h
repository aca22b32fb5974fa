/* selfpipe - signals through a pipe, so that poll can wait for them */
#ifndef PROC_SELFPIPE_H
#define PROC_SELFPIPE_H

#include <signal.h>

/*
 * Called once, early. From here on TERM, INT, HUP, QUIT, WINCH, CHLD and CONT go into the pipe,
 * unless they are ignored (inherit.h); PIPE, TTOU and TTIN are ignored. 0, -1 with errno.
 */
int selfpipe_catch(void);

/* Catches one more in the same way. 0, -1 with errno. */
int selfpipe_also(int sig);

/* What to poll for reading. */
int selfpipe_fd(void);

/* The next signal that came; 0: none. */
int selfpipe_next(void);

/*
 * With on, until it is called with 0: a signal also ends a call that blocks, with EINTR, and sets
 * the flag that is returned. The flag is for lock_wait and the like; the caller resets it.
 */
volatile sig_atomic_t *selfpipe_break(int on);

#endif
