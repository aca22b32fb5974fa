/* adopt - finds a tmux session that somebody else started, and describes it */
#ifndef ENGINE_ADOPT_H
#define ENGINE_ADOPT_H

#include <limits.h>

#include "base/err.h"

struct adopt {
	char socket[PATH_MAX], session[256];
	char pane[32], server[64];           /* by which the engine knows it again */
	char program[64], path[PATH_MAX];    /* what runs there, and where */
	char agent_pid[32], agent_tty[64];   /* of a program that a shell started there; else "" */
};

/*
 * Asks tmux about "SOCKET:SESSION". SOCKET is a path if it has a '/', else a name as for tmux -L;
 * SESSION may be a pane, %N. 0; else the exit code with why: EX_CALLER if there is no such session.
 * All strings are one bounded line each, whatever the caller or a server says.
 */
int adopt_find(const char *where, struct adopt *a, char why[WHY]);

/* The same for a->socket, a path, and a->session. */
int adopt_ask(struct adopt *a, char why[WHY]);

#endif
