/* spawn - start a program clean: default dispositions, empty mask, descriptors from 3 up closed, exec errors reported exactly */
#ifndef PROC_SPAWN_H
#define PROC_SPAWN_H

#include <sys/types.h>

#include "base/system.h"

#define SPAWN_PATH "/usr/local/bin:/usr/bin:/bin" /* for an environment without PATH */

enum spawn_group {
	SPAWN_SAME,    /* our session and group */
	SPAWN_GROUP,   /* its own process group */
	SPAWN_SESSION, /* its own session */
	SPAWN_TTY      /* its own session with fd 0 as its controlling terminal */
};

struct spawn {
	char *const *argv;
	char *const *env;       /* NULL: ours */
	const char *dir;        /* working directory; NULL: ours */
	int fd[3];              /* 0-2; -1: /dev/null */
	enum spawn_group group;
	const mode_t *umask;    /* NULL: the one that we were started with */
	const char *hold;       /* absolute path of a lock file; NULL: none. The child write-locks it until exec, writes into it who it is (identity.h), and does not exec if its parent is dead by then */
};

/*
 * Starts s->argv (looked up in the PATH of s->env, after the change of directory) and returns its pid once exec has succeeded. The caller waits for the pid.
 * -1 with errno of the step that failed: of chdir if *step (may be NULL) is "chdir", of exec if "exec", of what the system refused otherwise ("pipe", "fork",
 * "session", "descriptors", "lock", "terminal"). Nothing is left running then. A file that is no program is ENOEXEC: no shell is tried on it.
 */
pid_t spawn_start(const struct spawn *s, const char **step);

/* Where PATH (":"-separated; NULL: SPAWN_PATH) has prog, as execvp would look: 0 with the path in buf; -1 with ENOENT, or EACCES if all there is cannot be executed. */
int which_find(const char *prog, const char *path, char *buf, size_t size);

/* Tells where the running program is (argv[0] of main) to systems that cannot be asked; first thing in main, before any change of directory. Elsewhere it costs one readlink. */
void which_set_self(const char *argv0);

/*
 * Absolute path of a file of this installation: "bin/rca-wrap", "lib/plugins/engines/tmux". ROOT is the directory above the running program's own, symlinks resolved; "lib/x" is
 * ROOT/lib/rca/x, else ROOT/lib/x, else PREFIX/lib/rca/x; "bin/x" is ROOT/bin/x, else PREFIX/bin/x. 0; -1 with errno (ENOENT: nowhere).
 */
int which_own(const char *rel, char *buf, size_t size);

/* Waits for pid; its status in *wstatus (may be NULL). 0, or -1 with errno. EINTR is not an end. */
int spawn_wait(pid_t pid, int *wstatus);

/* The same for at most ms milliseconds (-1: for ever): 1 if it has not ended by then. It is looked at now and then, so an end may be seen 50 ms late. */
int spawn_wait_for(pid_t pid, int *wstatus, long ms);

/* 128+signal or the exit code, as the shell would say it. */
int spawn_code(int wstatus);

#endif
