/* watch_poll - POSIX does not tell of changes: watch.c polls */
#include "file/watch_sys.h"
#if !defined SYSTEM_LINUX && !defined SYSTEM_KQUEUE

#include <errno.h>

const int watch_sys_polls = 1;

int
watch_sys_open(void)
{
	errno = ENOSYS;
	return -1;
}

int
watch_sys_add(int fd, int dir, const char *path, int writes)
{
	(void)fd, (void)dir, (void)path, (void)writes;
	errno = ENOSYS;
	return -1;
}

void
watch_sys_read(int fd, void (*f)(void *ctx, int id), void *ctx)
{
	(void)fd;
	f(ctx, -1);
}

#endif
