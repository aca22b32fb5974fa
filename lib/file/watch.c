/*
 * watch - sleeps until a file in one of several directories changes
 *
 * Polling compares nothing: after an interval, longer each time, it reports that any of the polled
 * directories may have changed.
 */
#include "file/watch.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "file/watch_sys.h"

enum { POLL_MS = 200, POLL_MAX_MS = 1000 };

struct watched {
	int id; /* the system's number; -1: polled */
	int changed;
};

struct watch {
	int fd;    /* -1: the system cannot tell */
	int polls; /* something is polled */
	int n;
	long poll_ms;
	struct watched *dir;
};

struct watch *
watch_new(void)
{
	struct watch *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->fd = watch_sys_open();
	w->poll_ms = POLL_MS;
	return w;
}

void
watch_free(struct watch *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	free(w->dir);
	free(w);
}

int
watch_add(struct watch *w, int dir, const char *path, int writes)
{
	struct watched *more = realloc(w->dir, (size_t)(w->n + 1) * sizeof *more);

	if (!more)
		return -1;
	w->dir = more;
	more[w->n].id = w->fd < 0 ? -1 : watch_sys_add(w->fd, dir, path, writes);
	more[w->n].changed = 1;
	if (more[w->n].id < 0 || watch_sys_polls)
		w->polls = 1;
	return w->n++;
}

/* id -1: all. A directory that was added twice has one id. */
static void
mark(void *ctx, int id)
{
	struct watch *w = ctx;

	for (int i = 0; i < w->n; i++)
		if (id < 0 || w->dir[i].id == id)
			w->dir[i].changed = 1;
}

static int
poll_over(struct watch *w)
{
	for (int i = 0; i < w->n; i++)
		if (w->dir[i].id < 0 || watch_sys_polls)
			w->dir[i].changed = 1;
	w->poll_ms += w->poll_ms / 4;
	if (w->poll_ms > POLL_MAX_MS)
		w->poll_ms = POLL_MAX_MS;
	return 1;
}

int
watch_wait(struct watch *w, long ms)
{
	int polls = w->polls && (ms < 0 || ms > w->poll_ms), r;
	struct pollfd f = { .fd = w->fd, .events = POLLIN };
	long sleep = polls ? w->poll_ms : ms;

	r = poll(&f, 1, sleep > INT_MAX ? INT_MAX : (int)sleep);
	if (r > 0)
		watch_sys_read(w->fd, mark, w);
	return r == 0 && polls ? poll_over(w) : r;
}

int
watch_fd(const struct watch *w)
{
	return w->polls ? -1 : w->fd;
}

int
watch_changed(struct watch *w, int number)
{
	int changed = w->dir[number].changed;

	w->dir[number].changed = 0;
	return changed;
}

void
watch_stir(struct watch *w)
{
	w->poll_ms = POLL_MS;
}
