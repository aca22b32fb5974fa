/*
 * watch_kqueue - macOS and the BSDs tell at once of files that come, go and are renamed in a
 * directory; of writes, and of a lock whose holder died, only polling tells
 */
#include "file/watch_sys.h"
#ifdef SYSTEM_KQUEUE

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/event.h>
#include <sys/time.h>
#include <sys/types.h>

enum { EVENTS = 64 };

const int watch_sys_polls = 1;

int
watch_sys_open(void)
{
	int fd = kqueue();

	if (fd >= 0)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

int
watch_sys_add(int fd, int dir, const char *path, int writes)
{
	struct kevent e = { .ident = (uintptr_t)dir, .filter = EVFILT_VNODE,
		.flags = EV_ADD | EV_CLEAR,
		.fflags = NOTE_WRITE | NOTE_EXTEND | NOTE_DELETE | NOTE_RENAME };

	(void)path, (void)writes;
	return kevent(fd, &e, 1, NULL, 0, NULL) < 0 ? -1 : dir;
}

void
watch_sys_read(int fd, void (*f)(void *ctx, int id), void *ctx)
{
	struct kevent e[EVENTS];
	struct timespec now = { 0 };
	int n = kevent(fd, NULL, 0, e, EVENTS, &now);

	for (int i = 0; i < n; i++)
		f(ctx, (int)e[i].ident);
}

#endif
