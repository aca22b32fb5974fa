/* adopt - sessions of a terminal server that somebody else started: found, and asked what they are */
#ifndef ENGINE_ADOPT_H
#define ENGINE_ADOPT_H

#include <limits.h>

#include "base/err.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/*
 * session: as its server calls it; pane, server: by which the engine knows it again; program: what runs there; path: where. agent_pid, agent_tty: process and terminal of that program where a
 * shell has started it there, "" where it is the pane's own.
 */
struct adopt {
	char socket[PATH_MAX], session[256], pane[32], server[64], program[64], path[PATH_MAX], agent_pid[32], agent_tty[64];
};

/*
 * Asks tmux for "SOCKET:SESSION": a socket is a path if it holds a '/', else a name as for tmux -L; a session may also be a pane, %N. 0; else the exit code with why: EX_CALLER there is none.
 * The caller's words and a server's answer: all is bounded, and nothing but one line each.
 */
int adopt_find(const char *where, struct adopt *a, char why[WHY]);

/* The same of a->socket, a path, and a->session. */
int adopt_ask(struct adopt *a, char why[WHY]);

#endif
