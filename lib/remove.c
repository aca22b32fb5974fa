/* remove - takes a task directory away, or what dead writers left in it */
#include "remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomic.h"

enum { DEPTH = 64 };

/* Everything below fd; fd is closed. */
static int
empty(int fd, int depth)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;
	int r = 0;

	if (!d) {
		close(fd);
		return -1;
	}
	if (depth == 0) {
		closedir(d);
		errno = ELOOP;
		return -1;
	}
	while (!r && (errno = 0, e = readdir(d))) {
		struct stat st;
		int sub;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
			r = errno == ENOENT ? 0 : -1;
		} else if (S_ISDIR(st.st_mode)) {
			sub = openat(fd, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			r = sub < 0 || empty(sub, depth - 1) || unlinkat(fd, e->d_name, AT_REMOVEDIR) ? -1 : 0;
		} else {
			r = unlinkat(fd, e->d_name, 0);
		}
	}
	if (!r && errno)
		r = -1;
	closedir(d);
	return r;
}

int
remove_task(struct task *t, char why[WHY])
{
	char parent[PATH_MAX], hidden[TASK_LABEL + 32];
	char *slash;
	int dir, fd;

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
	if (empty(fd, DEPTH) || unlinkat(dir, hidden, AT_REMOVEDIR) || atomic_syncdir(dir)) {
		err_why(why, "remove %s/%s:", parent, hidden);
		close(dir);
		return -1;
	}
	close(dir);
	return 0;
}

int
remove_leftovers(const struct task *t, char why[WHY])
{
	int fd = openat(t->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return err_why(why, "read the directory:");
	}
	while (!r && (errno = 0, e = readdir(d))) {
		size_t n = strlen(e->d_name);

		if ((e->d_name[0] == '.' && n > 4 && !strcmp(e->d_name + n - 4, ".new")) || !strcmp(e->d_name, "started"))
			r = unlinkat(fd, e->d_name, 0);
	}
	if (r || errno)
		r = err_why(why, "remove leftovers:");
	closedir(d);
	return r;
}
