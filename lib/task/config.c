/* config - the settings: where a value is looked up */
#include "task/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xdg.h"
#include "file/file.h"
#include "task/config_file.h"
#include "task/config_table.h"

enum { CONFIG_MAX = 256 * 1024 };

int
config_check(const char *key, const char *val, char why[WHY])
{
	const struct setting *s = config_table_find(key);

	if (!s)
		return config_table_unknown(key, 0, why);
	if (config_table_private(s))
		return err_why(why, "%s: can only be set in your config file (see rca-config(5))",
			key);
	return config_table_check(s, val, why);
}

/* An empty value is the same as no line. */
static int
check_line(const char *key, const char *val, char why[WHY])
{
	const struct setting *s = config_table_find(key);

	if (!s)
		return config_table_unknown(key, 1, why);
	return *val ? config_table_check(s, val, why) : 0;
}

int
config_load(struct config *c, char why[WHY])
{
	char file[PATH_MAX], real[PATH_MAX];
	int r;

	c->text = NULL;
	c->size = 0;
	if ((r = xdg_config_file("config", file, sizeof file, why)) <= 0)
		return r;
	/* It may be a symlink to where the user keeps such files. */
	if (realpath(file, real))
		c->text = file_load(AT_FDCWD, real, CONFIG_MAX - 1, &c->size);
	if (!c->text)
		return errno == ENOENT || errno == ENOTDIR ? 0 : err_why(why, "read %s:", file);
	return config_file_split(c->text, c->size, file, check_line, why);
}

void
config_free(struct config *c)
{
	free(c->text);
	c->text = NULL;
	c->size = 0;
}

const char *
config_line(const struct config *c, const char *key, int i)
{
	size_t n = strlen(key);

	for (const char *p = c ? c->text : NULL; p && p < c->text + c->size; p += strlen(p) + 1)
		if (!strncmp(p, key, n) && p[n] == '=' && i-- == 0)
			return p + n + 1;
	return NULL;
}

/* 1 if val is set and well formed: a running task goes on with the settings that are good. */
static int
good(const struct setting *s, const char *val)
{
	char why[WHY];

	return val && *val && !config_table_check(s, val, why);
}

enum source { DEFAULT, ENVIRONMENT, TASK, FILE_LINE };

/* Sets *val, and returns where it was found. */
static enum source
lookup(const struct config *c, const struct manifest *m, const struct setting *s, const char **val)
{
	if (s->env && good(s, *val = getenv(s->env)))
		return ENVIRONMENT;
	if (m && !config_table_private(s) && good(s, *val = manifest_get(m, s->key)))
		return TASK;
	if ((*val = config_line(c, s->key, 0)) && **val)
		return FILE_LINE;
	*val = s->deflt;
	return DEFAULT;
}

const char *
config_from(const struct config *c, const struct manifest *m, const char *key, int i,
	char from[CONFIG_FROM])
{
	const struct setting *s = config_table_find(key);
	char file[PATH_MAX] = "", why[WHY];
	const char *val;
	int line = 1;

	/* If another key is given twice, the first line counts. */
	if (i && strcmp(key, "notify"))
		return NULL;
	switch (lookup(c, m, s, &val)) {
	case ENVIRONMENT: snprintf(from, CONFIG_FROM, "environment %s", s->env); break;
	case TASK: snprintf(from, CONFIG_FROM, "manifest"); break;
	case DEFAULT: snprintf(from, CONFIG_FROM, "default"); break;
	case FILE_LINE:
		if (!(val = config_line(c, key, i)))
			return NULL;
		for (const char *p = c->text; p + strlen(p) < val; p += strlen(p) + 1)
			line++;
		xdg_config_file("config", file, sizeof file, why);
		snprintf(from, CONFIG_FROM, "%s line %d", file, line);
		return val;
	}
	return i ? NULL : val;
}

const char *
config_get(const struct config *c, const struct manifest *m, const char *key)
{
	const struct setting *s = config_table_find(key);
	const char *val = "";

	if (s)
		lookup(c, m, s, &val);
	return val;
}

long long
config_num(const struct config *c, const struct manifest *m, const char *key)
{
	return strtoll(config_get(c, m, key), NULL, 10);
}

int
config_set(const struct config *c, const struct manifest *m, const char *key)
{
	const struct setting *s = config_table_find(key);
	const char *val;

	return s && lookup(c, m, s, &val);
}

int
config_check_all(const struct manifest *m, char why[WHY])
{
	const struct setting *s;
	char inner[WHY];

	for (size_t i = 0; (s = config_table_at(i)); i++) {
		const char *env = s->env ? getenv(s->env) : NULL;
		const char *own = m && !config_table_private(s) ? manifest_get(m, s->key) : "";

		if (env && *env && config_table_check(s, env, inner))
			return err_why(why, "environment %s: %.400s", s->env, inner);
		if (*own && config_table_check(s, own, inner))
			return err_why(why, "manifest: %.400s", inner);
	}
	return 0;
}
