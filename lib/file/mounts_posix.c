/* mounts_posix - POSIX has no list of mounts: callers see another st_dev when they meet it */
#include "file/mounts.h"
#ifndef SYSTEM_LINUX

int
mounts_below(const char *path, char *where, size_t size)
{
	(void)path, (void)where, (void)size;
	return 0;
}

int
mounts_kind(int fd, char kind[MOUNTS_KIND])
{
	(void)fd, (void)kind;
	return 0;
}

#endif
