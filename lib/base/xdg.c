/* xdg - the user's own files */
#include "base/xdg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/trust.h"

/* 0; -1 if neither variable names a directory, or size bytes are too few. */
static int
config_path(const char *name, char *buf, size_t size)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n;

	if (xdg && *xdg == '/')
		n = snprintf(buf, size, "%s/rca/%s", xdg, name);
	else if (home && *home == '/')
		n = snprintf(buf, size, "%s/.config/rca/%s", home, name);
	else
		return -1;
	return n < 0 || (size_t)n >= size ? -1 : 0;
}

int
xdg_config_file(const char *name, char *buf, size_t size, char why[WHY])
{
	struct stat st;

	if (config_path(name, buf, size))
		return 0;
	if (stat(buf, &st))
		return errno == ENOENT || errno == ENOTDIR ? 0 : err_why(why, "%s:", buf);
	return trust_path(buf, TRUST_DATA, why) ? -1 : 1;
}
