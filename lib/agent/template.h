/* template - command lines and paths with placeholders, as an agent's file has them */
#ifndef AGENT_TEMPLATE_H
#define AGENT_TEMPLATE_H

#include <stddef.h>

#include "agent/agent.h"
#include "base/err.h"

/* Whether t can be expanded at all: quotes closed, placeholders known, at least one word. 0; -1 with why. */
int template_check(const char *t, char why[WHY]);

/* Whether t names the placeholder `name`. */
int template_names(const char *t, const char *name);

/* The words of t as a NULL-terminated vector in one allocation; words whose placeholder is empty are left out. NULL with errno. The caller frees it. */
char **template_argv(const char *t, const struct agent_vars *v);

/*
 * t as one path; with escape, substituted values are written so that glob(3) takes them literally.
 * 0; -1 with errno: ENOENT a placeholder is empty, ENAMETOOLONG.
 */
int template_path(const char *t, const struct agent_vars *v, int escape, char *buf, size_t size);

#endif
