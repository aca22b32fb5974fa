/* self_macos - the path by which the program was executed, made absolute */
#include "proc/self.h"
#ifdef SYSTEM_MACOS

#include <limits.h>
#include <mach-o/dyld.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int
self_path(char *buf, size_t size)
{
	char path[PATH_MAX], real[PATH_MAX];
	uint32_t n = sizeof path;

	if (_NSGetExecutablePath(path, &n) || !realpath(path, real))
		return -1;
	return snprintf(buf, size, "%s", real) < (int)size ? 0 : -1;
}

#endif
