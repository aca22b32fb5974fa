/* env - DIR/env: the environment of whoever launched the task, NUL-separated, for the agent */
#ifndef TASK_ENV_H
#define TASK_ENV_H

#include <sys/types.h>

/*
 * Writes envp to dir/env (0600), less the marks that agents and terminals leave (CLAUDECODE, CLAUDE_CODE_ entry marks, TMUX, TMUX_PANE, STY, ...) and our own; before it "umask NNNN", the one that we
 * were started with. 0, -1 with errno.
 */
int env_save(int dir, char **envp);

/*
 * A NULL-terminated environment in one allocation (free it with free): dir/env, or ours, stripped, if there is none or dir is -1; then the extra "NAME=VALUE" strings (NULL-terminated), which win,
 * and the defaults (likewise), which do not. NULL with errno.
 */
char **env_load(int dir, const char *const *extra, const char *const *defaults);

/* The umask that stands in dir/env; that which we were started with if there is none. */
mode_t env_umask(int dir);

/* The value of name in envp, NULL if it is not there. */
const char *env_get(char *const *envp, const char *name);

#endif
