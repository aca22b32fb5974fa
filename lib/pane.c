/* pane - what the person sees: a view that may be slow, stuck or gone */
#include "pane.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { STALL_MS = 2000, PIECE = 512 }; /* POSIX: a pipe that polls writable takes 512 bytes without blocking */

void
pane_open(struct pane *p, int fd)
{
	p->fd = fd;
	p->stalled = 0;
}

static int
ready(struct pane *p)
{
	struct pollfd f = { .fd = p->fd, .events = POLLOUT };
	int r;

	while ((r = poll(&f, 1, p->stalled ? 0 : STALL_MS)) < 0 && errno == EINTR)
		;
	if (r > 0 && f.revents & (POLLERR | POLLHUP | POLLNVAL)) {
		p->fd = -1;
		return 0;
	}
	p->stalled = r == 0;
	return r > 0;
}

void
pane_write(struct pane *p, const void *buf, size_t n)
{
	const char *s = buf;

	while (n > 0 && p->fd >= 0 && ready(p)) {
		ssize_t w = write(p->fd, s, n < PIECE ? n : PIECE);

		if (w < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (w < 0) {
			p->fd = -1;
			return;
		}
		s += w;
		n -= (size_t)w;
	}
}
