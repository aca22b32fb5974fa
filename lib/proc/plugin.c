/* plugin - small programs beside ours, or of the user's own; these come first */
#include "proc/plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/name.h"
#include "base/xdg.h"
#include "proc/which.h"

/* The directory of a kind: beside the config, and in lib. */
static const struct { const char *kind, *folder; } kinds[] = { { "engine", "engines" }, { "notifier", "notifiers" } };

int
plugin_find(const char *kind, const char *name, char *buf, size_t size, char why[WHY])
{
	int k = kind[0] != kinds[0].kind[0], r;
	char rel[NAME_SIZE + 15], real[PATH_MAX];

	if (!name_ok(name))
		return err_why(why, "%s %s: not a name", kind, name);
	snprintf(rel, sizeof rel, "%s/%s", kinds[k].folder, name);
	if ((r = xdg_config_file(rel, buf, size, why)) < 0)
		return -1;
	/* By its own name: what it needs beside itself is beside the file that a symlink leads to. */
	if (r && !access(buf, X_OK) && realpath(buf, real) && strlen(real) < size) {
		memcpy(buf, real, strlen(real) + 1);
		return 0;
	}
	snprintf(rel, sizeof rel, "lib/plugins/%s/%s", kinds[k].folder, name);
	if (which_own(rel, buf, size) || access(buf, X_OK))
		return err_why(why, "%s %s: no such %s", kind, name, kind);
	return 0;
}
