/* regular - opens a file of a task: a regular file or nothing */
#include "file/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "file/file.h"

enum { STALE_TRIES = 5 };

static int
refuse(int fd, int error)
{
	if (fd >= 0)
		close(fd);
	errno = error;
	return -1;
}

void
regular_anew(int dir, const char *name)
{
	const struct timespec read_now[] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_OMIT } };

	utimensat(dir, name, read_now, AT_SYMLINK_NOFOLLOW);
}

int
regular_stale(int dir, const char *name, int *times)
{
	if (errno != ESTALE || ++*times > STALE_TRIES)
		return 0;
	regular_anew(dir, name);
	return 1;
}

int
regular_open(int dir, const char *name, int flags)
{
	int fd, saved, times = 0;
	struct stat st;

	/* O_NONBLOCK: a FIFO without a writer is opened at once, and then refused. */
	while ((fd = openat(dir, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
			0600)) < 0 && regular_stale(dir, name, &times))
		;
	saved = errno;
	/* The errno for a symlink, socket, directory or FIFO without a reader differs by system. */
	if (fd < 0 && (saved == ENOENT || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW)))
		return refuse(fd, saved);
	if (fd < 0)
		return refuse(fd, S_ISREG(st.st_mode) ? saved : ERR_NOT_REGULAR);
	if (fstat(fd, &st))
		return refuse(fd, errno);
	if (!S_ISREG(st.st_mode))
		return refuse(fd, ERR_NOT_REGULAR);
	/* The descriptor may become a program's standard input, which must block. */
	return fcntl(fd, F_SETFL, flags & O_APPEND) ? refuse(fd, errno) : fd;
}

static ssize_t
read_part(int dir, const char *name, int end, char *buf, size_t size)
{
	int fd = regular_open(dir, name, O_RDONLY);
	off_t room = (off_t)size - 1, from = 0;
	struct stat st;
	ssize_t n;

	*buf = 0;
	if (fd < 0)
		return -1;
	if (end && !fstat(fd, &st) && st.st_size > room)
		from = st.st_size - room;
	while ((n = pread(fd, buf, size - 1, from)) < 0 && errno == EINTR)
		;
	file_close(fd);
	if (n >= 0)
		buf[n] = 0;
	return n;
}

ssize_t
regular_part(int dir, const char *name, int end, char *buf, size_t size)
{
	int times = 0;
	ssize_t n;

	while ((n = read_part(dir, name, end, buf, size)) < 0 && regular_stale(dir, name, &times))
		;
	return n;
}

int
regular_torn(int fd)
{
	struct stat st;
	char last = '\n';

	return !fstat(fd, &st) && st.st_size > 0 &&
		pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
}
