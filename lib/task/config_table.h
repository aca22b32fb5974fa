/* config_table - the table of settings (rca-config(5)), and what value each may have */
#ifndef TASK_CONFIG_TABLE_H
#define TASK_CONFIG_TABLE_H

#include <stddef.h>

#include "base/err.h"

struct setting {
	const char *key, *env, *deflt; /* env: the variable that overrides all else, or NULL */
	int kind;                      /* of its value */
};

/* The i-th of all; NULL past the last. */
const struct setting *config_table_at(size_t i);
/* NULL: no such setting. */
const struct setting *config_table_find(const char *key);
/*
 * -1, with why: no such setting, which one may be meant, and the page that has them all. If none is
 * similar it lists all that may stand in the config file or, if not in_file, in a task.
 */
int config_table_unknown(const char *key, int in_file, char why[WHY]);
/* 1 if only the user's config file may set it. */
int config_table_private(const struct setting *s);
/* 0 if it may have that value; -1 with why. */
int config_table_check(const struct setting *s, const char *val, char why[WHY]);

#endif
