/* env - DIR/env: the launcher's environment, NUL-separated, which the agent is given */
#ifndef TASK_ENV_H
#define TASK_ENV_H

#include <sys/types.h>

/*
 * Writes envp to dir/env (0600) without the variables of agents and terminals (CLAUDECODE, TMUX,
 * STY, ...) and our own, after "umask NNNN", the umask we were started with. 0, -1 with errno.
 */
int env_save(int dir, char **envp);

/*
 * A NULL-terminated environment in one allocation, for free(). It is dir/env, or (no such file, or
 * dir is -1) ours without those variables. The "NAME=VALUE" strings of extra win over it; those of
 * defaults do not. NULL with errno.
 */
char **env_load(int dir, const char *const *extra, const char *const *defaults);

/* The umask in dir/env; if there is none, the one that we were started with. */
mode_t env_umask(int dir);

/* The value of name in envp; NULL if it is not set. */
const char *env_get(char *const *envp, const char *name);

#endif
