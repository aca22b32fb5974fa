/* pane - our standard output: a view that may be slow, stuck or gone */
#include "wrap/pane.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

/* PIECE: POSIX says that a pipe which polls writable takes 512 bytes without blocking. */
enum { STALL_MS = 2000, PIECE = 512 };

/*
 * Opens the terminal once more, because O_NONBLOCK on the inherited descriptor would also hold for
 * every other process that shares it. -1 if that is not possible.
 */
static int
reopen_terminal(const struct stat *st)
{
	const char *name = ttyname(1);
	int own = name ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
	struct stat mine;

	if (own < 0 || (!fstat(own, &mine) && mine.st_rdev == st->st_rdev))
		return own;
	close(own);
	return -1;
}

void
pane_open(struct pane *p)
{
	struct stat st;
	int own;

	*p = (struct pane){ .fd = 1, .polled = 1 };
	if (fstat(1, &st) || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))
		return;
	if (!isatty(1)) {
		p->polled = 0;
	} else if ((own = reopen_terminal(&st)) >= 0) {
		p->fd = own;
		p->polled = 0;
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

	while (n > 0 && p->fd >= 0 && (!(p->polled || p->stalled) || ready(p))) {
		ssize_t w = write(p->fd, s, p->polled && n > PIECE ? PIECE : n);

		if (w >= 0) {
			s += w;
			n -= (size_t)w;
		} else if (errno == EAGAIN && !p->polled) {
			if (!ready(p))
				return;
		} else if (errno != EINTR && errno != EAGAIN) {
			p->fd = -1;
		}
	}
}
