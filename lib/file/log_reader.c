/*
 * log_reader - reads a growing log as one stream
 *
 * The writer renames NAME to NAME.1 and then creates NAME. Once NAME is another file than the one
 * we have open, ours will not grow any more.
 */
#include "file/log_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "file/regular.h"

enum { OLD_NAME = 64, BLOCK = 16384, MARK = 64 };

static int
open_file(const struct log_reader *t, const char *suffix)
{
	char name[OLD_NAME];

	snprintf(name, sizeof name, "%s%s", t->name, suffix);
	return regular_open(t->dir, name, O_RDONLY);
}

static int
same(int a, int b)
{
	struct stat x, y;

	return a >= 0 && b >= 0 && !fstat(a, &x) && !fstat(b, &y) &&
		x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void
drop(int *fd)
{
	*fd = file_close(*fd);
}

/*
 * Opens both files; -1 stands for one that does not exist. The newer comes first, so that a
 * rotation in between shows one file twice and hides none. 0; -1 with errno.
 */
static int
open_both(const struct log_reader *t, int *now, int *old)
{
	*old = -1;
	*now = open_file(t, "");
	if (*now < 0 && errno != ENOENT)
		return -1;
	*old = open_file(t, ".1");
	if (*old < 0 && errno != ENOENT) {
		drop(now);
		return -1;
	}
	if (same(*now, *old))
		drop(old);
	return 0;
}

int
log_reader_open(struct log_reader *t, int dir, const char *name)
{
	int now, old;

	t->dir = dir;
	t->name = name;
	t->fd = -1;
	if (open_both(t, &now, &old))
		return -1;
	t->fd = old >= 0 ? old : now;
	if (old >= 0)
		drop(&now);
	return 0;
}

/*
 * Moves fd to where the last *n lines that begin with mark begin, and leaves in *n how many of them
 * the file lacks. 0; -1 with errno.
 */
static int
go_back(int fd, long long *n, const char *mark)
{
	char buf[BLOCK + MARK];
	off_t end = lseek(fd, 0, SEEK_END), at;
	size_t k = strlen(mark);

	if (end < 0 || !*n)
		return end < 0 ? -1 : 0;
	for (at = end; at > 0; ) {
		size_t want = at < BLOCK ? (size_t)at : BLOCK;
		ssize_t got = pread(fd, buf, want + k, at - (off_t)want);

		if (got < (ssize_t)want) {
			errno = got < 0 ? errno : EIO;
			return -1;
		}
		/* No line begins after a newline that ends the file. */
		for (; want > 0; want--, at--)
			if (buf[want - 1] == '\n' && at < end && want + k <= (size_t)got &&
				!memcmp(buf + want, mark, k) && !--*n)
				return lseek(fd, at, SEEK_SET) < 0 ? -1 : 0;
		if (!at && got >= (ssize_t)k && !memcmp(buf, mark, k))
			--*n;
	}
	return lseek(fd, 0, SEEK_SET) < 0 ? -1 : 0;
}

int
log_reader_last(struct log_reader *t, int dir, const char *name, long long n, const char *mark)
{
	int now, old, older, r = 0;
	long long wanted = n;

	t->dir = dir;
	t->name = name;
	t->fd = -1;
	if (open_both(t, &now, &old))
		return -1;
	if (now >= 0)
		r = go_back(now, &wanted, mark);
	/* The last line of the older file may go on in the newer. */
	if (now >= 0 && n > 0 && !*mark && old >= 0 && regular_torn(old) &&
		!lseek(now, 0, SEEK_CUR))
		wanted++;
	older = !r && old >= 0 && (now < 0 || wanted > 0);
	if (older)
		r = go_back(old, &wanted, mark);
	t->fd = older ? old : now;
	drop(older ? &now : &old);
	if (r)
		log_reader_close(t);
	return r;
}

/* 1: *next is the file that follows ours; 0: there is none yet; -1 with errno. */
static int
following(const struct log_reader *t, int *next)
{
	int now, old;

	if (open_both(t, &now, &old))
		return -1;
	if (now < 0 || same(now, t->fd)) {
		drop(&now);
		drop(&old);
		return 0;
	}
	/* If neither is ours, ours was thrown away, and the older one comes next. */
	if (old >= 0 && !same(old, t->fd)) {
		*next = old;
		drop(&now);
	} else {
		*next = now;
		drop(&old);
	}
	return 1;
}

static ssize_t
read_some(int fd, char *buf, size_t size)
{
	ssize_t n = 0;

	while (fd >= 0 && (n = read(fd, buf, size)) < 0 && errno == EINTR)
		;
	return n;
}

ssize_t
log_reader_read(struct log_reader *t, char *buf, size_t size)
{
	for (;;) {
		int next, r;
		ssize_t n = read_some(t->fd, buf, size);

		if (n || (r = following(t, &next)) == 0)
			return n;
		if (r < 0)
			return -1;
		/* Ours may have grown between the read above and its rename. */
		if ((n = read_some(t->fd, buf, size))) {
			drop(&next);
			return n;
		}
		drop(&t->fd);
		t->fd = next;
	}
}

void
log_reader_close(struct log_reader *t)
{
	drop(&t->fd);
}
