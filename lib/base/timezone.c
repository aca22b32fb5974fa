/* timezone - another time zone for a moment */
#include "base/timezone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int
timezone_known(const char *name)
{
	static const char *const dirs[] = { "/usr/share/zoneinfo", "/usr/lib/zoneinfo",
		"/usr/share/lib/zoneinfo", "/share/zoneinfo", "/etc/zoneinfo" };
	char path[TIMEZONE_NAME + 64];

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs && *name && !strstr(name, ".."); i++) {
		int n = snprintf(path, sizeof path, "%s/%s", dirs[i], name);

		if (n > 0 && (size_t)n < sizeof path && access(path, R_OK) == 0)
			return 1;
	}
	return 0;
}

int
timezone_enter(const char *zone, char **saved)
{
	const char *tz = getenv("TZ");

	*saved = NULL;
	if (tz && !(*saved = strdup(tz)))
		return -1;
	if (setenv("TZ", zone, 1)) {
		free(*saved);
		return -1;
	}
	tzset();
	return 0;
}

void
timezone_leave(char *saved)
{
	if (saved)
		setenv("TZ", saved, 1);
	else
		unsetenv("TZ");
	tzset();
	free(saved);
}
