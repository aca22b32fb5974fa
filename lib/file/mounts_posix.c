/* mounts - POSIX does not list them: what has another st_dev is seen where it is met */
#include "base/system.h"
#include "file/mounts.h"
#ifdef SYSTEM_POSIX

int
mounts_below(const char *path, char *where, size_t size)
{
	(void)path, (void)where, (void)size;
	return 0;
}

#endif
