/* remove - removes a task directory, or what dead writers left in it */
#include "task/remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"
#include "file/mounts.h"
#include "proc/lock.h"

enum { DEPTH = 64, OLD_S = 60, LATE = 50, LATE_MS = 20 };

/* A directory that is being emptied. */
struct emptying {
	int top;        /* its descriptor */
	dev_t dev;      /* nothing is removed from another file system */
	unsigned moved; /* directories too deep for our descriptors, moved up to top */
};

static int empty(struct emptying *e, int fd, int depth);

/* Makes a read-only directory (as in Go's module cache) writable. */
static int
open_below(const struct emptying *e, int fd, const char *name)
{
	int sub = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (sub < 0 && errno == EACCES && !fchmodat(fd, name, S_IRWXU, 0))
		sub = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sub < 0)
		return -1;
	if (fstat(sub, &st) || (st.st_dev != e->dev && (errno = EXDEV)) ||
		((st.st_mode & S_IRWXU) != S_IRWXU && fchmod(sub, S_IRWXU)))
		return file_close(sub);
	return sub;
}

static int
remove_dir(struct emptying *e, int fd, const char *name, int depth)
{
	char up[32];
	int sub;

	sub = open_below(e, fd, name); /* a read-only one could not be moved either */
	if (sub >= 0 && depth == 0) {
		close(sub);
		snprintf(up, sizeof up, ".deep.%u", e->moved++);
		return renameat(fd, name, e->top, up);
	}
	return sub < 0 || empty(e, sub, depth - 1) || unlinkat(fd, name, AT_REMOVEDIR) ? -1 : 0;
}

/* Removes all that is in fd, and closes it. */
static int
empty(struct emptying *e, int fd, int depth)
{
	DIR *d = fdopendir(fd);
	struct dirent *n;
	struct stat st;
	int r = 0, saved;

	if (!d) {
		close(fd);
		return -1;
	}
	while (!r && (errno = 0, n = readdir(d))) {
		if (!strcmp(n->d_name, ".") || !strcmp(n->d_name, ".."))
			continue;
		if (fstatat(fd, n->d_name, &st, AT_SYMLINK_NOFOLLOW))
			r = errno == ENOENT ? 0 : -1;
		else if (S_ISDIR(st.st_mode))
			r = remove_dir(e, fd, n->d_name, depth);
		else
			r = unlinkat(fd, n->d_name, 0) && errno != ENOENT ? -1 : 0;
	}
	if (!r && errno)
		r = -1;
	saved = errno;
	closedir(d);
	errno = saved;
	return r;
}

/* empty, over and over until nothing was moved up to fd. */
static int
empty_all(int fd)
{
	struct emptying e = { .top = fd };
	struct stat st;
	unsigned before;
	int r = fstat(fd, &st);

	e.dev = st.st_dev;
	do {
		int again = r ? -1 : openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		before = e.moved;
		r = again < 0 ? -1 : empty(&e, again, DEPTH);
	} while (!r && e.moved != before);
	before = (unsigned)errno;
	close(fd);
	errno = (int)before;
	return r;
}

/*
 * A monitor or watchdog that had the directory open may still put a file into it, but not for long:
 * the manifest is gone.
 */
static int
unlink_dir(int dir, const char *name)
{
	int r = unlinkat(dir, name, AT_REMOVEDIR);

	for (int i = 0; r && (errno == ENOTEMPTY || errno == EEXIST) && i < LATE; i++) {
		int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd < 0 || empty_all(fd))
			return -1;
		if ((r = unlinkat(dir, name, AT_REMOVEDIR)))
			poll(NULL, 0, LATE_MS);
	}
	return r;
}

int
remove_mounted(const char *path, char why[WHY])
{
	char where[PATH_MAX], real[PATH_MAX];
	int r = realpath(path, real) ? mounts_below(real, where, sizeof where) : -1;

	if (r < 0 && errno == ENOENT)
		return 0;
	if (r < 0)
		return err_why(why, "look for what is mounted below %.300s:", path);
	return r ? err_why(why, "not removed: %.300s is mounted in it: umount that first", where)
		: 0;
}

int
remove_task(struct task *t, char why[WHY])
{
	char parent[PATH_MAX], hidden[TASK_LABEL + 32];
	char *slash;
	int dir, fd;

	if (remove_mounted(t->path, why))
		return -1;
	snprintf(parent, sizeof parent, "%s", t->path);
	slash = strrchr(parent, '/');
	*(slash == parent ? slash + 1 : slash) = 0;
	snprintf(hidden, sizeof hidden, ".gone-%s-%ld", t->name, (long)getpid());
	dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_why(why, "open %s:", parent);
	fd = openat(t->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || renameat(dir, t->name, dir, hidden)) {
		err_why(why, "remove %s:", t->path);
		if (fd >= 0)
			close(fd);
		close(dir);
		return -1;
	}
	/* The new name is on disk first: a power cut never leaves half a task under the old one. */
	if (file_syncdir(dir)) {
		err_why(why, "sync %s:", parent);
		close(fd);
		close(dir);
		return -1;
	}
	if (empty_all(fd) || unlink_dir(dir, hidden) || file_syncdir(dir)) {
		err_why(why, "remove %s/%s:", parent, hidden);
		close(dir);
		return -1;
	}
	close(dir);
	return 0;
}

static int
is_temporary(const char *name)
{
	size_t n = strlen(name);

	return name[0] == '.' && n > 4 && !strcmp(name + n - 4, ".new");
}

/* over: nobody carries it on without a new launch, which writes all of these anew. */
static int
is_leftover(const char *name, int over)
{
	static const char *const names[] = {
		"started", "next", "end", "vitals", "env", "input", "pid"
	};

	for (size_t i = 0; i < (over ? sizeof names / sizeof *names : 4); i++)
		if (!strcmp(name, names[i]))
			return 1;
	return is_temporary(name);
}

/*
 * Each notice has a name of its own, so the temporary of a dead writer is never used again. One
 * that is being written is young.
 */
static int
is_old_temporary(const char *name, const struct stat *st)
{
	return is_temporary(name) && clock_now() - (long long)st->st_mtime >= OLD_S;
}

/* Removes the leftovers below dir/name. outbox: it is that. 0, -1 with errno. */
static int
sweep(int dir, const char *name, int outbox, int over)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), r = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	struct stat st;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return outbox && errno == ENOENT ? 0 : -1;
	}
	while (!r && (errno = 0, e = readdir(d))) {
		if (outbox ? !fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
			is_old_temporary(e->d_name, &st) : is_leftover(e->d_name, over))
			r = unlinkat(fd, e->d_name, 0) && errno != ENOENT ? -1 : 0;
	}
	r = r || errno ? -1 : 0;
	closedir(d);
	return r;
}

int
remove_leftovers(const struct task *t, int over, char why[WHY])
{
	if (sweep(t->fd, ".", 0, over) || sweep(t->fd, "outbox", 1, over))
		return err_why(why, "remove leftovers:");
	return 0;
}

/* Its maker or remover is dead: nobody has touched it for a while, and nobody is making it. */
static int
is_unowned(int fd)
{
	struct stat st;
	int lock;

	if (fstat(fd, &st) || st.st_uid != geteuid() ||
		clock_now() - (long long)st.st_mtime < OLD_S)
		return 0;
	if ((lock = lock_take(fd, "launch.lock")) < 0)
		return 0;
	close(lock);
	return 1;
}

int
remove_unfinished(const char *parent, char why[WHY])
{
	char path[PATH_MAX + sizeof ((struct dirent *)0)->d_name];
	DIR *d = opendir(parent);
	struct dirent *e;
	int r = 0, fd;

	if (!d)
		return errno == ENOENT ? 0 : err_why(why, "open %s:", parent);
	while (!r && (errno = 0, e = readdir(d))) {
		if (strncmp(e->d_name, ".new-", 5) && strncmp(e->d_name, ".gone-", 6))
			continue;
		fd = openat(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		snprintf(path, sizeof path, "%s/%s", parent, e->d_name);
		if (fd >= 0 && (!is_unowned(fd) || (r = remove_mounted(path, why))))
			close(fd);
		else if (fd >= 0 && (empty_all(fd) ||
			unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR)) && errno != ENOENT)
			r = err_why(why, "remove %s/%s:", parent, e->d_name);
	}
	closedir(d);
	return r;
}
