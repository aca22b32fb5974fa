/*
 * inherit - what a program takes over from whoever started it is put in order before anything else
 *
 * A caller may ignore SIGCHLD (its children seem to be nobody's then), block signals, close descriptors 0-2 (a file of the task would get their number, and our complaints), or run
 * with any umask and with limits.
 */
#ifndef PROC_INHERIT_H
#define PROC_INHERIT_H

#include <sys/types.h>

enum inherit_kind {
	INHERIT_ANSWERS, /* a tool that only looks and answers: it ends, as a filter does, when nobody reads */
	INHERIT_ACTS     /* one that changes something: that nobody reads its words is no reason to leave off in the middle */
};

/*
 * To be called first in main.
 * - No signal is blocked. CHLD, ALRM, TERM and others that we rely on have their default again, but HUP, INT, QUIT and the terminal's stops stay ignored if they were (nohup, a shell's
 *   &). XFSZ and XCPU are ignored: a file at its limit is an error like a full disk. PIPE is ignored for INHERIT_ACTS.
 * - Closed descriptors 0-2 are taken by /dev/null, which refuses to be read or written as they did.
 * - What we make is for its owner alone (umask 077).
 * spawn_start gives back default dispositions and the umask.
 */
void inherit_reset(enum inherit_kind kind);

/* 1 if sig is ignored. */
int inherit_ignored(int sig);

/* The umask that we were started with. */
mode_t inherit_umask(void);

#endif
