/* self_bsd - by sysctl; OpenBSD does not tell */
#include "proc/self.h"
#ifdef SYSTEM_BSD

#include <sys/types.h>
#include <sys/sysctl.h>

int
self_path(char *buf, size_t size)
{
#if defined __NetBSD__
	const int mib[] = { CTL_KERN, KERN_PROC_ARGS, -1, KERN_PROC_PATHNAME };
#elif defined KERN_PROC_PATHNAME
	const int mib[] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };
#else
	const int mib[] = { 0 };
#endif

	return sysctl(mib, sizeof mib / sizeof *mib, buf, &size, NULL, 0) || *buf != '/' ? -1 : 0;
}

#endif
