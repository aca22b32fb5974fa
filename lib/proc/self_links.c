/* self_links - by a symlink below /proc, as Linux, Solaris and some BSDs have it */
#include "proc/self.h"
#if !defined SYSTEM_MACOS && !defined SYSTEM_BSD

#include <unistd.h>

int
self_path(char *buf, size_t size)
{
	const char *const links[] = { "/proc/self/exe", "/proc/curproc/exe", "/proc/curproc/file" };

	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		ssize_t n = readlink(links[i], buf, size - 1);

		if (n > 0 && *buf == '/') {
			buf[n] = '\0';
			return 0;
		}
	}
	return -1;
}

#endif
