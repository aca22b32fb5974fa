/*
 * file - replaces, appends to and reads small files whole
 *
 * Wherever a writer dies, a reader sees the old file or the new one: temporary beside it, fsync,
 * rename, fsync of the directory.
 */
#include "file/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "file/regular.h"

enum { NAME = 128, COPY = 16384 };

int
file_write_all(int fd, const void *buf, size_t n)
{
	const char *p = buf;

	while (n > 0) {
		struct pollfd f = { .fd = fd, .events = POLLOUT };
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EAGAIN)
			poll(&f, 1, -1);
		else if (w < 0 && errno != EINTR)
			return -1;
		else if (w > 0)
			p += w, n -= (size_t)w;
	}
	return 0;
}

int
file_close(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return -1;
}

/* macOS: fsync leaves it in the disk's cache; not every file system there has better. */
static int
sync_once(int fd)
{
#ifdef F_FULLFSYNC
	static const int durable[] = { F_FULLFSYNC, F_BARRIERFSYNC };

	for (size_t i = 0; i < sizeof durable / sizeof *durable; i++) {
		if (fcntl(fd, durable[i]) == 0)
			return 0;
		if (errno != ENOTSUP && errno != EINVAL && errno != ENOTTY)
			return -1;
	}
#endif
	return fsync(fd);
}

static int
sync_fd(int fd)
{
	int r;

	while ((r = sync_once(fd)) && errno == EINTR)
		;
	return r;
}

static int
temporary(const char *name, char tmp[NAME])
{
	if (snprintf(tmp, NAME, ".%s.new", name) >= NAME) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

int
file_open(int dir, const char *name, mode_t mode)
{
	char tmp[NAME];

	if (temporary(name, tmp))
		return -1;
	if (unlinkat(dir, tmp, 0) && errno != ENOENT)
		return -1;
	return openat(dir, tmp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

void
file_abort(int dir, const char *name, int fd)
{
	char tmp[NAME];
	int saved = errno;

	if (!temporary(name, tmp))
		unlinkat(dir, tmp, 0);
	close(fd); /* last: it may hold a lock on what was just unlinked */
	errno = saved;
}

int
file_syncdir(int dir)
{
	return sync_fd(dir) && errno != EINVAL ? -1 : 0;
}

int
file_commit(int dir, const char *name, int fd, enum file_sync sync)
{
	char tmp[NAME];

	if (temporary(name, tmp) || (sync != FILE_LOOSE && sync_fd(fd)) ||
		renameat(dir, tmp, dir, name)) {
		file_abort(dir, name, fd);
		return -1;
	}
	close(fd);
	return sync == FILE_FULL ? file_syncdir(dir) : 0;
}

int
file_replace(int dir, const char *name, const void *buf, size_t n, mode_t mode,
	enum file_sync sync)
{
	int fd = file_open(dir, name, mode);

	if (fd < 0)
		return -1;
	if (file_write_all(fd, buf, n)) {
		file_abort(dir, name, fd);
		return -1;
	}
	return file_commit(dir, name, fd, sync);
}

int
file_mark(int dir, const char *name)
{
	int fd = regular_open(dir, name, O_WRONLY | O_CREAT);

	if (fd < 0)
		return -1;
	close(fd);
	return file_syncdir(dir);
}

int
file_append(int dir, const char *name, const void *buf, size_t n)
{
	int fd = regular_open(dir, name, O_RDWR | O_APPEND | O_CREAT);
	struct iovec part[2] = { { (char *)"\n", 1 }, { (void *)buf, n } };
	int whole;
	ssize_t w;

	if (fd < 0)
		return -1;
	whole = !regular_torn(fd); /* a full disk or a power cut may have cut the last record off */
	while ((w = writev(fd, part + whole, 2 - whole)) < 0 && errno == EINTR)
		;
	if (w >= 0)
		errno = ENOSPC;
	file_close(fd);
	return w == (ssize_t)n + !whole ? 0 : -1;
}

int
file_sync(int dir, const char *name)
{
	int fd = regular_open(dir, name, O_RDONLY), r;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	r = sync_fd(fd);
	file_close(fd);
	return r;
}

ssize_t
file_read_all(int fd, char *buf, size_t size)
{
	size_t n = 0;
	ssize_t r;

	while (n < size && (r = read(fd, buf + n, size - n)) != 0) {
		if (r < 0 && errno != EINTR)
			return -1;
		n += r > 0 ? (size_t)r : 0;
	}
	return (ssize_t)n;
}

int
file_copy(int in, int out)
{
	char buf[COPY];
	ssize_t n;

	while ((n = file_read_all(in, buf, sizeof buf)) > 0)
		if (file_write_all(out, buf, (size_t)n))
			return -1;
	return (int)n;
}

/* The whole file and a NUL; EFBIG if they do not fit. */
static ssize_t
read_text(int fd, char *buf, size_t size)
{
	ssize_t n = file_read_all(fd, buf, size);

	if (n == (ssize_t)size) {
		errno = EFBIG;
		return -1;
	}
	if (n >= 0)
		buf[n] = 0;
	return n;
}

ssize_t
file_read(int dir, const char *name, char *buf, size_t size)
{
	int fd, times = 0;
	ssize_t n;

	do {
		if ((fd = regular_open(dir, name, O_RDONLY)) < 0)
			return -1;
		n = read_text(fd, buf, size);
		file_close(fd);
	} while (n < 0 && regular_stale(dir, name, &times));
	return n;
}

/* No more than the file needs: malloc would keep a large block that is soon freed. */
char *
file_load(int dir, const char *name, size_t max, size_t *n)
{
	int fd = regular_open(dir, name, O_RDONLY);
	struct stat st;
	char *buf = NULL;
	ssize_t got = -1;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st))
		st.st_size = -1;
	else if (st.st_size > (off_t)max)
		errno = EFBIG;
	else if ((buf = malloc((size_t)st.st_size + 1)))
		got = read_text(fd, buf, (size_t)st.st_size + 1);
	file_close(fd);
	if (got < 0) {
		free(buf);
		return NULL;
	}
	if (n)
		*n = (size_t)got;
	return buf;
}

int
file_there(int dir, const char *name)
{
	struct stat st;

	if (!fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return 1;
	return errno == ENOENT ? 0 : -1;
}
