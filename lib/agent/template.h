/* template - the command lines and paths with {placeholders} of an agent's file */
#ifndef AGENT_TEMPLATE_H
#define AGENT_TEMPLATE_H

#include <stddef.h>

#include "base/err.h"

/*
 * The values of the placeholders. A word whose placeholder is NULL or "" is left out, and with it
 * the option word (leading '-') before it.
 */
struct template_vars {
	const char *model, *session, *session_file, *dir, *project, *prompt, *settings;
	/* {NAME} in capitals: a variable of the agent's environment; NULL if it is not set. */
	const char *(*env)(void *ctx, const char *name);
	void *ctx;
};

/* Whether t can be expanded: quotes closed, placeholders known, at least one word. 0; -1, why. */
int template_check(const char *t, char why[WHY]);

/* Whether t names the placeholder `name`. */
int template_names(const char *t, const char *name);

/*
 * The words of t as a NULL-terminated vector in one allocation, which the caller frees. NULL with
 * errno.
 */
char **template_argv(const char *t, const struct template_vars *v);

/*
 * t as one path; with escape, values are written so that glob(3) takes them literally.
 * 0; -1 with errno: ENOENT a placeholder is empty, ENAMETOOLONG.
 */
int template_path(const char *t, const struct template_vars *v, int escape, char *buf, size_t size);

#endif
