/* plugin - engines, notifiers, boxes and agents: the user's own, then those beside our programs */
#include "proc/plugin.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/name.h"
#include "base/xdg.h"
#include "proc/which.h"

static const char *
plural(const char *kind)
{
	return kind[strlen(kind) - 1] == 'x' ? "es" : "s";
}

int
plugin_find(const char *kind, const char *name, char *buf, size_t size, char why[WHY])
{
	int r;
	char rel[NAME_SIZE + 15], real[PATH_MAX];

	if (!name_ok(name))
		return plugin_missing(kind, name, why);
	snprintf(rel, sizeof rel, "%s%s/%s", kind, plural(kind), name);
	if ((r = xdg_config_file(rel, buf, size, why)) < 0)
		return -1;
	/* Without symlinks: files that the program needs stand beside the real one. */
	if (r && !access(buf, X_OK) && realpath(buf, real) && strlen(real) < size) {
		memcpy(buf, real, strlen(real) + 1);
		return 0;
	}
	snprintf(rel, sizeof rel, "lib/plugins/%s%s/%s", kind, plural(kind), name);
	if (which_own(rel, buf, size) || access(buf, X_OK))
		return plugin_missing(kind, name, why);
	return 0;
}

/* Adds the names in dir, sorted; http.sh is not a name, but a part of others. */
static void
add_names(const char *dir, char *names, size_t size)
{
	struct dirent **e;
	int n = scandir(dir, &e, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		size_t len = strlen(names);

		if (name_ok(e[i]->d_name) && len + strlen(e[i]->d_name) + 2 < size) {
			names[len] = ' ';
			memcpy(names + len + 1, e[i]->d_name, strlen(e[i]->d_name) + 1);
		}
		free(e[i]);
	}
	if (n >= 0)
		free(e);
}

int
plugin_missing(const char *kind, const char *name, char why[WHY])
{
	char rel[32], dir[PATH_MAX], names[WHY / 2] = "";

	snprintf(rel, sizeof rel, "%s%s", kind, plural(kind));
	if (xdg_config_file(rel, dir, sizeof dir, why) > 0)
		add_names(dir, names, sizeof names);
	snprintf(rel, sizeof rel, "lib/plugins/%s%s", kind, plural(kind));
	if (!which_own(rel, dir, sizeof dir))
		add_names(dir, names, sizeof names);
	return err_why(why, "%s %s: no such %s: there are%s; %s says how to add one", kind, name,
	               kind, names, *kind == 'a' ? "rca-agent(5)" : "rca-task(5)");
}
