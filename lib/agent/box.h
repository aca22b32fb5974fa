/* box - the setting box=: the program before an agent's argv that confines it (rca-task(5)) */
#ifndef AGENT_BOX_H
#define AGENT_BOX_H

#include "agent/agent.h"
#include "base/err.h"
#include "task/config.h"

/* Zeros at first. */
struct box {
	const char *name;         /* NULL: none is set, and the agent runs as it is */
	const char *project, *dir;
	char path[PATH_MAX];
	char **env;               /* for what runs in the box */
	char *text;
};

/*
 * Reads the settings and finds the box; env is the agent's environment, v its placeholders, of
 * which dir and project are needed here; a (may be NULL) names its own state. 0; -1 with why.
 * Free with box_free in any case.
 */
int box_open(struct box *b, const struct config *c, const struct manifest *m,
	const struct agent *a, const struct template_vars *v, char *const *env, char why[WHY]);
void box_free(struct box *b);

/* argv with the box before it, in one allocation that the caller frees. NULL with errno. */
char **box_argv(const struct box *b, char *const *argv);

/* Runs `true` in the box. 0; else the exit code, with why. */
int box_try(const struct box *b, char why[WHY]);

#endif
