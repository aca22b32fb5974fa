/* run_own - runs another program of this installation to its end */
#ifndef PROC_RUN_OWN_H
#define PROC_RUN_OWN_H

#include "base/err.h"
#include "proc/spawn.h"

enum { RUN_OWN_WORDS = 8 };

/*
 * name ("rca-wrap") with words (at most RUN_OWN_WORDS, NULL-terminated); standard input in (-1: none), standard output nowhere, standard error ours; group SPAWN_SAME or SPAWN_SESSION.
 * Its exit code (128+signal); EX_NOTFOUND also when it is not there; EX_SYSTEM when it could not be started.
 */
int run_own(const char *name, const char *const *words, int in, enum spawn_group group);

/* The same, but if it has not ended after ms milliseconds (-1: for ever) it is killed, with its session where it has one of its own: EX_TIMEOUT. */
int run_own_for(const char *name, const char *const *words, int in, enum spawn_group group, long ms);

/*
 * As run_own_for, ms not -1, without standard input, and what it complains of is kept: the last line of its standard
 * error, without the program's name and control characters, in said; "" if there is none. When it
 * could not be started, said is why. aloud: our own standard error gets all of it, too.
 */
int run_own_hear(const char *name, const char *const *words, enum spawn_group group, long ms, int aloud, char said[WHY]);

#endif
