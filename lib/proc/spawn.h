/* spawn - starts a program clean: default signal actions, empty mask, no descriptors but 0-2 */
#ifndef PROC_SPAWN_H
#define PROC_SPAWN_H

#include <sys/types.h>

enum spawn_group {
	SPAWN_SAME,    /* our session and process group */
	SPAWN_SESSION, /* its own session */
	SPAWN_TTY      /* its own session, with fd 0 as its controlling terminal */
};

struct spawn {
	char *const *argv;
	char *const *env;    /* NULL: ours */
	const char *dir;     /* working directory; NULL: ours */
	int fd[3];           /* for 0-2; -1: /dev/null */
	enum spawn_group group;
	const mode_t *umask; /* NULL: the one that we were started with */
	/*
	 * Absolute path of a lock file; NULL: none. The child write-locks it until exec, writes its
	 * identity into it, and does not exec if its parent is dead by then.
	 */
	const char *hold;
	/*
	 * Absolute path of a lock file; NULL: none. The program keeps it read-locked while it
	 * lives, by a descriptor that is meant to leak, unless it closes that.
	 */
	const char *keep;
};

/*
 * Starts s->argv, looked up in the PATH of s->env after the change of directory. Returns its pid
 * once exec has succeeded; the caller waits for it. -1 with errno of the step that failed, whose
 * name is in *step (may be NULL): "pipe", "fork", "session", "descriptors", "lock", "terminal",
 * "chdir", "exec". A file that is not a program is ENOEXEC: no shell is tried on it.
 */
pid_t spawn_start(const struct spawn *s, const char **step);

/* Executes argv in our place, with default signal actions and our umask. -1 with errno. */
int spawn_exec(char *const *argv);

/* Waits for pid; its status in *wstatus (may be NULL). 0, or -1 with errno, never EINTR. */
int spawn_wait(pid_t pid, int *wstatus);

/*
 * The same for at most ms milliseconds (-1: no limit): 1 if it has not ended by then. It polls, so
 * an end may be seen 32 ms late.
 */
int spawn_wait_for(pid_t pid, int *wstatus, long ms);

/* The exit code, or 128+signal as a shell has it. */
int spawn_code(int wstatus);

#endif
