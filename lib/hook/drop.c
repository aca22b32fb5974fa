/* drop - an event as a file, whose name is made of its time, so that the first comes first */
#include "hook/drop.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "file/file.h"

enum { DROP_MAX = 1024 * 1024 };

void
drop_begin(struct drop *d, const char *dir)
{
	char path[PATH_MAX];
	struct timespec now;

	*d = (struct drop){ .dir = -1, .fd = -1 };
	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(d->name, sizeof d->name, "%lld.%09ld.%ld", (long long)now.tv_sec, now.tv_nsec,
		(long)getpid());
	if (snprintf(path, sizeof path, "%s/hooks", dir) < (int)sizeof path)
		d->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->dir >= 0)
		d->fd = file_open(d->dir, d->name, 0600);
}

void
drop_add(struct drop *d, const char *s, size_t n)
{
	size_t room = DROP_MAX - d->n;

	n = n < room ? n : room;
	d->n += n;
	if (d->fd < 0 || !file_write_all(d->fd, s, n))
		return;
	file_abort(d->dir, d->name, d->fd);
	d->fd = -1;
}

int
drop_end(struct drop *d)
{
	int r = d->fd < 0 ? -1 : file_commit(d->dir, d->name, d->fd, FILE_LOOSE);

	file_close(d->dir);
	return r;
}
