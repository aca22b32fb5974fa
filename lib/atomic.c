/*
 * atomic - replace, append and read small files whole
 *
 * A reader sees the old file or the new one, whatever dies between any two calls here: temporary beside it, fsync, rename, fsync of the directory.
 */
#include "atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME = 128 };

int
atomic_write_all(int fd, const void *buf, size_t n)
{
	const char *p = buf;

	while (n > 0) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -1;
		p += w;
		n -= (size_t)w;
	}
	return 0;
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
atomic_open(int dir, const char *name, mode_t mode)
{
	char tmp[NAME];

	if (temporary(name, tmp))
		return -1;
	if (unlinkat(dir, tmp, 0) && errno != ENOENT)
		return -1;
	return openat(dir, tmp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

void
atomic_abort(int dir, const char *name, int fd)
{
	char tmp[NAME];
	int saved = errno;

	close(fd);
	if (!temporary(name, tmp))
		unlinkat(dir, tmp, 0);
	errno = saved;
}

int
atomic_syncdir(int dir)
{
	int r;

	while ((r = fsync(dir)) && errno == EINTR)
		;
	return r && errno != EINVAL ? -1 : 0;
}

int
atomic_commit(int dir, const char *name, int fd, enum atomic_sync sync)
{
	char tmp[NAME];
	int r = 0;

	if (temporary(name, tmp))
		goto fail;
	if (sync != ATOMIC_LOOSE)
		while ((r = fsync(fd)) && errno == EINTR)
			;
	if (r || renameat(dir, tmp, dir, name))
		goto fail;
	close(fd);
	return sync == ATOMIC_FULL ? atomic_syncdir(dir) : 0;
fail:
	atomic_abort(dir, name, fd);
	return -1;
}

int
atomic_replace(int dir, const char *name, const void *buf, size_t n, mode_t mode, enum atomic_sync sync)
{
	int fd = atomic_open(dir, name, mode);

	if (fd < 0)
		return -1;
	if (atomic_write_all(fd, buf, n)) {
		atomic_abort(dir, name, fd);
		return -1;
	}
	return atomic_commit(dir, name, fd, sync);
}

int
atomic_mark(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	close(fd);
	return atomic_syncdir(dir);
}

int
atomic_append(int dir, const char *name, const void *buf, size_t n)
{
	int fd = openat(dir, name, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	ssize_t w;
	int saved;

	if (fd < 0)
		return -1;
	while ((w = write(fd, buf, n)) < 0 && errno == EINTR)
		;
	saved = w < 0 ? errno : ENOSPC;
	close(fd);
	if (w == (ssize_t)n)
		return 0;
	errno = saved;
	return -1;
}

ssize_t
atomic_read(int dir, const char *name, char *buf, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	size_t n = 0;
	ssize_t r = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st))
		goto out;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		goto out;
	}
	while (n < size && (r = read(fd, buf + n, size - n)) != 0) {
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			goto out;
		n += (size_t)r;
	}
	r = (ssize_t)n;
	if (n == size) {
		errno = EFBIG;
		r = -1;
	} else {
		buf[n] = 0;
	}
out:
	close(fd);
	return r;
}

int
atomic_there(int dir, const char *name)
{
	struct stat st;

	if (!fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
		return 1;
	return errno == ENOENT ? 0 : -1;
}
