/* safe_env - a reduced environment, without secrets and a task's mark, for what we leave running */
#ifndef PROC_SAFE_ENV_H
#define PROC_SAFE_ENV_H

enum { SAFE_ENV_WORDS = 256 };

/*
 * Takes from our environment what a server, an engine or a notifier needs (PATH, HOME, TERM ...),
 * and the names in more (NULL-terminated, may be NULL; one that ends in '_' stands for all that
 * begin so). The strings stay ours. An empty RCA_TASK comes first: the program belongs to no task
 * (tree.h). Returns how many there are.
 */
int safe_env_fill(char *env[SAFE_ENV_WORDS], const char *const *more);

/* Such names for notifiers, which talk to displays and to the network. */
const char *const *safe_env_outward(void);

#endif
