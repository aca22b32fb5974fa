/*
 * config - settings: a table of what there is, and their order: environment, the task's manifest, $XDG_CONFIG_HOME/rca/config, default
 */
#ifndef TASK_CONFIG_H
#define TASK_CONFIG_H

#include "base/err.h"
#include "task/manifest.h"

/* The user's config; a missing file is an empty one. */
struct config {
	char *text; /* pairs split by NUL, or NULL */
	size_t size;
};

/*
 * 0; -1 with why, if a line is wrong (its number, and what to write) or it cannot be read. What is
 * wrong is then left out, and all else is there: what starts something ends at that, what runs
 * already says it and goes on. Free with config_free in any case.
 */
int config_load(struct config *c, char why[WHY]);
void config_free(struct config *c);

/* The value of the i-th line with that key in the config alone ("notify" may stand there many times); NULL past the last. */
const char *config_line(const struct config *c, const char *key, int i);

/* 0 if val is a value for key, one that may be given with rca-mktask -k; -1 with why. */
int config_check(const char *key, const char *val, char why[WHY]);

/* The value in force; "" if it has no default. c and m may be NULL. A value that is wrong does not count. */
const char *config_get(const struct config *c, const struct manifest *m, const char *key);
/* The same as a number (seconds, counts, bytes). */
long long config_num(const struct config *c, const struct manifest *m, const char *key);
/* 1 if anybody but the default has set it. */
int config_set(const struct config *c, const struct manifest *m, const char *key);
/* Every setting in the environment and in the manifest (NULL: none) is well formed: 0; -1 with why. */
int config_check_all(const struct manifest *m, char why[WHY]);

#endif
