/* directory - a task's directory in the making */
#include "mktask/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/trust.h"
#include "file/file.h"
#include "proc/lock.h"
#include "task/worktree.h"

enum { MAKING_MS = 60000, LATE = 50, LATE_MS = 20 };

/* The name of a new directory is on disk only when the directory above it is. */
static int
sync_above(const char *path)
{
	char above[PATH_MAX], *slash;
	int fd, r;

	snprintf(above, sizeof above, "%s", path);
	slash = strrchr(above, '/');
	slash[slash == above] = 0;
	if ((fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return errno == EACCES ? 0 : -1; /* we can search it, but not read it */
	r = file_syncdir(fd);
	close(fd);
	return r;
}

static int
make_path(const char *path, char why[WHY])
{
	char buf[PATH_MAX];

	snprintf(buf, sizeof buf, "%s", path);
	for (char *p = buf + 1;; p++) {
		char c = *p;

		if (c && c != '/')
			continue;
		*p = 0;
		if (mkdir(buf, 0700) ? errno != EEXIST : sync_above(buf))
			return err_why(why, "make directory %s:", buf);
		if (!c)
			return 0;
		*p = c;
	}
}

/* RCA_HOME is made in any case, because the socket is in it. */
static int
make_home(char *home, size_t size, char why[WHY])
{
	struct sockaddr_un sun;
	size_t most = sizeof sun.sun_path - sizeof "/tmux.sock";

	if (task_home(home, size, why))
		return EX_CALLER;
	if (strlen(home) > most) {
		err_why(why, "RCA_HOME %s: too long for a socket in it (at most %zu bytes): "
			"set a shorter one", home, most);
		return EX_CALLER;
	}
	return make_path(home, why) ? EX_SYSTEM : 0;
}

static int
open_parent(struct directory *d, const char *parent, char why[WHY])
{
	char home[PATH_MAX - 16], path[PATH_MAX], inner[WHY];
	struct stat st, named;
	int r;

	if ((r = make_home(home, sizeof home, why)))
		return r;
	snprintf(d->parent, sizeof d->parent, parent ? "%s" : "%s/tasks", parent ? parent : home);
	if (!parent && make_path(d->parent, why))
		return EX_SYSTEM;
	/* Only now, because somebody else may have made it first. */
	if (trust_path(home, TRUST_OURS, inner)) {
		err_why(why, "RCA_HOME %.400s", inner);
		return EX_CALLER;
	}
	d->parentfd = open(d->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->parentfd < 0 || fstat(d->parentfd, &st) || !realpath(d->parent, path)) {
		r = errno == ENOENT || errno == ENOTDIR ? EX_CALLER : EX_SYSTEM;
		err_why(why, "open directory %s:", d->parent);
		return r;
	}
	if (trust_path(path, parent ? TRUST_SHARED : TRUST_OURS, inner)) {
		err_why(why, "%s%.500s", parent ? "-t " : "", inner);
		return EX_CALLER;
	}
	if (stat(path, &named) || named.st_dev != st.st_dev || named.st_ino != st.st_ino) {
		err_why(why, "%s: changed while it was opened", d->parent);
		return EX_SYSTEM;
	}
	snprintf(d->parent, sizeof d->parent, "%s", path);
	return 0;
}

int
directory_find(struct directory *d, const char *parent, const char *label, char why[WHY])
{
	struct stat st;
	int r;

	d->parentfd = d->fd = -1;
	*d->tree = '\0';
	snprintf(d->label, sizeof d->label, "%s", label);
	snprintf(d->hidden, sizeof d->hidden, ".new-%s-%ld", label, (long)getpid());
	if ((r = open_parent(d, parent, why)))
		return r;
	return fstatat(d->parentfd, label, &st, AT_SYMLINK_NOFOLLOW) ? 0 : EX_NO;
}

/* 1 if nobody has put another directory in its place. */
static int
is_ours(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_uid == geteuid() && !(st.st_mode & (S_IRWXG | S_IRWXO));
}

/* Somebody makes it, who may not have locked it yet, or was killed while making it. */
static int
await(const struct directory *d, char why[WHY])
{
	int fd = openat(d->parentfd, d->hidden, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int there = 0;

	for (int i = 0; i < LATE && !there; i++) {
		if (i)
			poll(NULL, 0, LATE_MS);
		if (fd >= 0)
			lock_wait(fd, "launch.lock", MAKING_MS, NULL);
		there = !fstatat(d->parentfd, d->label, &st, AT_SYMLINK_NOFOLLOW);
	}
	if (fd >= 0)
		close(fd);
	if (there)
		return EX_NO;
	err_why(why, "%.300s/%s: there already: another rca-mktask makes the task, or was killed: "
		"rca-reap -a removes what it left, after a minute", d->parent, d->hidden);
	return EX_CALLER;
}

int
directory_make(struct directory *d, int alone, char why[WHY])
{
	const char *verb = "make";

	if (alone)
		snprintf(d->hidden, sizeof d->hidden, ".new-%s-tree", d->label);
	if (!mkdirat(d->parentfd, d->hidden, 0700)) {
		d->fd = openat(d->parentfd, d->hidden,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		verb = d->fd < 0 ? "open" : "lock";
		if (d->fd >= 0 && !is_ours(d->fd)) {
			err_why(why, "%s/%s: somebody else has put another directory there",
				d->parent, d->hidden);
			return EX_SYSTEM;
		}
		if (d->fd >= 0 && lock_take(d->fd, "launch.lock") >= 0)
			return 0;
	}
	if (alone && *verb == 'm' && errno == EEXIST)
		return await(d, why);
	err_why(why, "%s directory %s/%s:", verb, d->parent, d->hidden);
	if (*verb != 'm')
		directory_remove(d);
	return EX_SYSTEM;
}

int
directory_tree(struct directory *d, const char *project, const char *name, int elsewhere,
	char *out, size_t size)
{
	const char *const args[] = { "add", project, d->tree, d->branch, NULL };
	int code;

	if (elsewhere)
		snprintf(d->tree, sizeof d->tree, "%s/.tree-%s", d->parent, d->label);
	else
		snprintf(d->tree, sizeof d->tree, "%.*s/trees/%s",
			(int)(strrchr(d->parent, '/') - d->parent), d->parent, d->label);
	snprintf(d->branch, sizeof d->branch, "rca/%s", name);
	if ((code = worktree_call(args, out, size, -1)))
		*d->tree = '\0';
	return code;
}

void
directory_remove(struct directory *d)
{
	const char *const discard[] = { "discard", d->tree, d->branch, NULL };
	static const char *const files[] = {
		"manifest", ".manifest.new", "prompt", ".prompt.new", "session_id",
		".session_id.new", "command", ".command.new", "history", "launch.lock"
	};

	if (*d->tree)
		worktree_call(discard, NULL, 0, -1);
	if (d->fd >= 0) {
		for (size_t i = 0; i < sizeof files / sizeof *files; i++)
			unlinkat(d->fd, files[i], 0);
		close(d->fd);
	}
	unlinkat(d->parentfd, d->hidden, AT_REMOVEDIR);
}

int
directory_publish(struct directory *d, char why[WHY])
{
	int code = EX_SYSTEM;

	if (file_syncdir(d->fd) || renameat(d->parentfd, d->hidden, d->parentfd, d->label)) {
		if (errno == EEXIST || errno == ENOTEMPTY)
			code = EX_NO;
		err_why(why, "publish %s/%s:", d->parent, d->label);
	} else {
		if (!file_syncdir(d->parentfd))
			return 0;
		/* Its name may not survive a power cut, so it is taken back before the files go. */
		err_why(why, "sync %s:", d->parent);
		if (renameat(d->parentfd, d->label, d->parentfd, d->hidden)) {
			char said[WHY];

			snprintf(said, sizeof said, "%s", why);
			err_why(why, "%.300s: task %s is there, but may not be after a power cut",
				said, d->label);
			return EX_SYSTEM;
		}
	}
	directory_remove(d);
	return code;
}
