/*
 * conf - settings: a table of what there is, and their order: environment, the task's manifest, $XDG_CONFIG_HOME/rca/config, default
 */
#ifndef CONF_H
#define CONF_H

#include "err.h"
#include "manifest.h"

/* The user's config; a missing file is an empty one. */
struct conf {
	char *text; /* pairs split by NUL, or NULL */
	size_t size;
};

/* 0; -1 with why (line number). Free with conf_free. */
int conf_load(struct conf *c, char why[WHY]);
void conf_free(struct conf *c);

/* The value of the i-th line with that key in the config alone ("notify" may stand there many times); NULL past the last. */
const char *conf_line(const struct conf *c, const char *key, int i);

/* 1 if key may be given with rca-mktask -k. */
int conf_known(const char *key);
/* 0 if val is a value for key, one that may be given with rca-mktask -k; -1 with why. */
int conf_check(const char *key, const char *val, char why[WHY]);

/* The value in force; "" if it has no default. m and c may be NULL. Where it is set but wrong (environment, config), -1 from conf_check_all says so before. */
const char *conf_get(const struct conf *c, const struct manifest *m, const char *key);
/* The same as a number (seconds, counts, bytes). */
long long conf_num(const struct conf *c, const struct manifest *m, const char *key);
/* 1 if anybody but the default has set it. */
int conf_set(const struct conf *c, const struct manifest *m, const char *key);
/* Every setting in force is well formed: 0; -1 with why, naming where it comes from. */
int conf_check_all(const struct conf *c, const struct manifest *m, char why[WHY]);

#endif
