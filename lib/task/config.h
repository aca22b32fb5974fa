/*
 * config - the settings (rca-config(5)): a value is looked up in the environment, in the task's
 * manifest, in $XDG_CONFIG_HOME/rca/config, and in a table of defaults, in this order
 */
#ifndef TASK_CONFIG_H
#define TASK_CONFIG_H

#include <limits.h>

#include "base/err.h"
#include "task/manifest.h"

enum { CONFIG_FROM = PATH_MAX + 80 };

/* The user's config file; a missing file is an empty one. */
struct config {
	char *text; /* a string for each line, or NULL */
	size_t size;
};

/*
 * 0; -1 with why, if the file cannot be read or a line is wrong (its number, and what to write).
 * Wrong lines are left out and the others kept: a tool that starts something ends then, one that
 * already runs reports it and goes on. Free with config_free in any case.
 */
int config_load(struct config *c, char why[WHY]);
void config_free(struct config *c);

/* The value of the i-th line with that key in the file ("notify" may be repeated); NULL past it. */
const char *config_line(const struct config *c, const char *key, int i);

/* 0 if key may be set to val with rca-mktask -k; -1 with why. */
int config_check(const char *key, const char *val, char why[WHY]);

/* The value in force; "" if there is none. c and m may be NULL. Wrong values are passed over. */
const char *config_get(const struct config *c, const struct manifest *m, const char *key);
/* The same as a number (seconds, counts, bytes). */
long long config_num(const struct config *c, const struct manifest *m, const char *key);
/* 1 if it is set anywhere, so that the default does not count. */
int config_set(const struct config *c, const struct manifest *m, const char *key);
/*
 * The same value, or the i-th, for a person or a script to see: from says in words where it comes
 * from. NULL past the last; only those of the file are counted.
 */
const char *config_from(const struct config *c, const struct manifest *m, const char *key, int i,
	char from[CONFIG_FROM]);
/* 0 if all settings in the environment and in m (may be NULL) are well formed; -1 with why. */
int config_check_all(const struct manifest *m, char why[WHY]);

#endif
