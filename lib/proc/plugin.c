/* plugin - small programs beside ours, or the user's own, which come first */
#include "proc/plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/name.h"
#include "base/xdg.h"
#include "proc/which.h"

int
plugin_find(const char *kind, const char *name, char *buf, size_t size, char why[WHY])
{
	int r;
	char rel[NAME_SIZE + 15], real[PATH_MAX];

	if (!name_ok(name))
		return err_why(why, "%s %s: not a name", kind, name);
	snprintf(rel, sizeof rel, "%ss/%s", kind, name);
	if ((r = xdg_config_file(rel, buf, size, why)) < 0)
		return -1;
	/* Without symlinks: files that the program needs stand beside the real one. */
	if (r && !access(buf, X_OK) && realpath(buf, real) && strlen(real) < size) {
		memcpy(buf, real, strlen(real) + 1);
		return 0;
	}
	snprintf(rel, sizeof rel, "lib/plugins/%ss/%s", kind, name);
	if (which_own(rel, buf, size) || access(buf, X_OK))
		return err_why(why, "%s %s: no such %s", kind, name, kind);
	return 0;
}
