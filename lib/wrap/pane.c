/* pane - what the person sees: a view that may be slow, stuck or gone */
#include "wrap/pane.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STALL_MS = 2000, PIECE = 512 }; /* POSIX: a pipe that polls writable takes 512 bytes without blocking */

/* The terminal behind fd, opened once more: what others do on fd must not become non-blocking. -1 if it cannot be had. */
static int
own_terminal(int fd, const struct stat *st)
{
	const char *name = ttyname(fd);
	int own = name ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
	struct stat mine;

	if (own < 0 || (!fstat(own, &mine) && mine.st_rdev == st->st_rdev))
		return own;
	close(own);
	return -1;
}

void
pane_open(struct pane *p, int fd)
{
	struct stat st;
	int own;

	*p = (struct pane){ .fd = fd, .asks = 1 };
	if (fd < 0 || fstat(fd, &st) || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		return;
	if (!isatty(fd)) {
		p->asks = 0;
	} else if ((own = own_terminal(fd, &st)) >= 0) {
		p->fd = own;
		p->asks = 0;
	}
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

	while (n > 0 && p->fd >= 0 && (!(p->asks || p->stalled) || ready(p))) {
		ssize_t w = write(p->fd, s, p->asks && n > PIECE ? PIECE : n);

		if (w < 0 && errno == EAGAIN && !p->asks && !ready(p))
			return;
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
