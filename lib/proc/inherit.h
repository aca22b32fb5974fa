/* inherit - puts in order what a program inherits: signals, descriptors 0-2, umask */
#ifndef PROC_INHERIT_H
#define PROC_INHERIT_H

#include <sys/types.h>

enum inherit_kind {
	INHERIT_ANSWERS, /* a tool that only answers: it ends, as a filter does, with its reader */
	INHERIT_ACTS     /* a tool that changes something, and must not stop in the middle */
};

/*
 * Called first in main. No signal is blocked. CHLD, ALRM, TERM and others that we need get their
 * default action; HUP, INT, QUIT and the terminal's stops stay ignored if they were (nohup, a
 * shell's &). XFSZ and XCPU are ignored: a file at its limit is then an error like a full disk.
 * PIPE is ignored for INHERIT_ACTS. Closed descriptors 0-2 are opened on /dev/null, which refuses
 * to be read or written as they did. What we create is for its owner alone (umask 077).
 */
void inherit_reset(enum inherit_kind kind);

/* 1 if sig is ignored. */
int inherit_ignored(int sig);

/* The umask that we were started with. */
mode_t inherit_umask(void);

#endif
