/* safe_env - the environment of what we start and may leave running: little of ours, no secrets, and no task's mark */
#ifndef PROC_SAFE_ENV_H
#define PROC_SAFE_ENV_H

enum { SAFE_ENV_WORDS = 256 };

/*
 * Of our environment what a server, an engine or a notifier needs (PATH, HOME, TERM, where things are); and the names in more (NULL-terminated, may be NULL; one that ends in '_' stands for all
 * that begin so). The strings stay ours. An empty RCA_TASK comes first: it says that what runs here belongs to no task (see tree.h).
 * How many there are.
 */
int safe_env_environment(char *env[SAFE_ENV_WORDS], const char *const *more);

/* Such names, for what talks to the world outside (notifiers): displays, proxies. */
const char *const *safe_env_outward(void);

#endif
