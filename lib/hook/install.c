/*
 * install - a settings file on disk, edited in place
 *
 * The new text grows in .NAME.new, which is also the lock: who holds it, and finds it still under its name, reads, writes and renames. The next one waits, sees that the
 * name is gone, and begins anew with what is there then. A killed writer leaves no lock, only a file that the next one uses again.
 */
#include "hook/install.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system.h"
#include "file/file.h"
#include "proc/inherit.h"
#include "proc/lock.h"

#define BOM "\xef\xbb\xbf"

struct edit {
	int dir, fd;         /* fd: .NAME.new, locked */
	char name[NAME_MAX + 1], tmp[NAME_MAX + 8];
	struct stat was;
	int there;
	char *old, *new;
	size_t nold, nnew, bom; /* bom: bytes of a byte order mark before the text, which stay */
};

static int
failed(char why[WHY], const char *what, const char *path)
{
	err_why(why, "%s %s:", what, path);
	return EX_SYSTEM;
}

static int
nowhere(const char *path, char why[WHY])
{
	err_why(why, "%s: a symlink to nowhere: left alone", path);
	return EX_CALLER;
}

/* path with all symlinks followed; what does not exist yet, or its directory, as it is named. */
static int
resolve(const char *path, char real[PATH_MAX], char why[WHY])
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	struct stat st;
	size_t n;

	if (realpath(path, real))
		return 0;
	if (errno != ENOENT || strlen(path) >= PATH_MAX - 1)
		return failed(why, "find", path);
	if (!lstat(path, &st))
		return nowhere(path, why);
	snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path) + (slash == path) : 1, slash ? path : ".");
	if (realpath(dir, real)) {
		n = strlen(real);
		return snprintf(real + n, PATH_MAX - n, "/%s", slash ? slash + 1 : path) < (int)(PATH_MAX - n) ? 0 : failed(why, "find", path);
	}
	if (!lstat(dir, &st))
		return nowhere(dir, why);
	memcpy(real, path, strlen(path) + 1);
	return 0;
}

static int
leads_out(const char *real, const char *below)
{
	char top[PATH_MAX];
	size_t n;

	if (!realpath(below, top))
		return 1;
	n = strlen(top);
	return n > 1 && (strncmp(real, top, n) || real[n] != '/');
}

/* Where the file really is: dir and name. */
static int
locate(const struct hookfile *h, char dir[PATH_MAX], struct edit *e, char why[WHY])
{
	char real[PATH_MAX];
	char *slash;
	int r = resolve(h->path, real, why);

	if (r)
		return r;
	if (h->below && *real == '/' && leads_out(real, h->below)) {
		err_why(why, "%s: leads out of %s, to %s: rca-hook -F %s %s edits it there", h->path, h->below, real, h->program ? "-i" : "-u", h->path);
		return EX_CALLER;
	}
	slash = strrchr(real, '/');
	if (snprintf(e->name, sizeof e->name, "%s", slash ? slash + 1 : real) >= (int)sizeof e->name || !e->name[0]) {
		err_why(why, "%s: no name for a file", h->path);
		return EX_CALLER;
	}
	if (slash)
		slash[slash == real] = '\0';
	snprintf(dir, PATH_MAX, "%s", slash ? real : ".");
	return 0;
}

/* It is the project's, not a task's. */
static int
make_theirs(const char *dir)
{
	mode_t ours = umask(inherit_umask());
	int r = mkdir(dir, 0777), saved = errno;

	umask(ours);
	errno = saved;
	return r;
}

static int
open_dir(const struct hookfile *h, const char *dir, struct edit *e, char why[WHY])
{
	e->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (e->dir < 0 && errno == ENOENT && h->program && (!make_theirs(dir) || errno == EEXIST))
		e->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return e->dir < 0 ? failed(why, "open", dir) : 0;
}

static int
lock(struct edit *e)
{
	struct stat mine, named;

	snprintf(e->tmp, sizeof e->tmp, ".%s.new", e->name);
	for (;;) {
		e->fd = lock_mutex(e->dir, e->tmp);
		if (e->fd < 0 || fstat(e->fd, &mine))
			return -1;
		if (!fstatat(e->dir, e->tmp, &named, AT_SYMLINK_NOFOLLOW) && named.st_ino == mine.st_ino && named.st_dev == mine.st_dev)
			return S_ISREG(mine.st_mode) ? 0 : (errno = ERR_NOT_REGULAR, -1);
		close(e->fd);
	}
}

static int
is_blank(const char *s, size_t n)
{
	return strspn(s, " \t\r\n") >= n;
}

static int
read_old(struct edit *e, const struct hookfile *h, char why[WHY])
{
	ssize_t n;

	e->there = !fstatat(e->dir, e->name, &e->was, AT_SYMLINK_NOFOLLOW);
	if (!e->there && errno != ENOENT)
		return failed(why, "find", h->path);
	if (!(e->old = malloc((size_t)SETTINGS_MAX + 2)))
		return failed(why, "read", h->path);
	if (!e->there) {
		e->nold = (size_t)sprintf(e->old, "{}\n");
		return 0;
	}
	n = file_read(e->dir, e->name, e->old, (size_t)SETTINGS_MAX + 2);
	if (n < 0 && (errno == EFBIG || errno == ERR_NOT_REGULAR)) {
		err_why(why, "%s: %s: left alone", h->path, errno == EFBIG ? "too large" : "no regular file");
		return EX_CALLER;
	}
	if (n < 0)
		return failed(why, "read", h->path);
	if (!(e->was.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH))) {
		err_why(why, "%s: is read-only: left alone (chmod u+w it first, if it is to be changed)", h->path);
		return EX_CALLER;
	}
	e->nold = (size_t)n;
	e->bom = n >= 3 && !memcmp(e->old, BOM, 3) ? 3 : 0;
	if (is_blank(e->old + e->bom, e->nold - e->bom)) /* as good as none */
		e->nold = e->bom + (size_t)sprintf(e->old + e->bom, "{}\n");
	return 0;
}

static int
write_new(const struct edit *e)
{
	if (ftruncate(e->fd, 0) || file_write_all(e->fd, e->new, e->nnew))
		return -1;
	if (e->there && (e->was.st_uid != geteuid() || e->was.st_gid != getegid()) && fchown(e->fd, e->was.st_uid, e->was.st_gid))
		return -1;
	return fchmod(e->fd, e->there ? e->was.st_mode & 07777 : 0666 & ~inherit_umask());
}

static int
change(struct edit *e, const struct hookfile *h, char why[WHY])
{
	char *new = NULL, inner[WHY];
	const char *old = e->old + e->bom;
	size_t nold = e->nold - e->bom, n = 0;
	int r = h->program ? settings_add(old, nold, h->kind, h->program, &new, &n, inner) : settings_remove(old, nold, &new, &n, inner);

	if (r) {
		err_why(why, "%s: %s", h->path, inner);
		return EX_CALLER;
	}
	e->new = malloc(e->bom + n + 1);
	if (e->new) {
		memcpy(e->new, e->old, e->bom);
		memcpy(e->new + e->bom, new, n + 1);
	}
	free(new);
	e->nnew = e->bom + n;
	return e->new ? 0 : failed(why, "read", h->path);
}

/* Under the lock. e->fd is closed afterwards, .NAME.new gone: in this order, or it could be the next one's. */
static int
rewrite(struct edit *e, const struct hookfile *h, char why[WHY])
{
	int r = read_old(e, h, why);

	if (!r)
		r = change(e, h, why);
	if (!r && (e->nnew != e->nold || memcmp(e->new, e->old, e->nold))) {
		if (!write_new(e))
			return file_commit(e->dir, e->name, e->fd, FILE_FULL) ? failed(why, "replace", h->path) : 0;
		r = failed(why, "write", h->path);
	}
	file_abort(e->dir, e->name, e->fd);
	return r;
}

/* The lock is a file beside it, which takes its place. */
static int
unlocked(const struct hookfile *h, const char *dir, char why[WHY])
{
	if (errno != EACCES && errno != EROFS && errno != EPERM)
		return failed(why, "lock", h->path);
	err_why(why, "%s: cannot be replaced: %s cannot be written:", h->path, dir);
	return EX_SYSTEM;
}

int
install_edit(const struct hookfile *h, char why[WHY])
{
	struct edit e = { .dir = -1 };
	char dir[PATH_MAX];
	int r = locate(h, dir, &e, why);

	if (!r && !h->program && access(dir, F_OK) && errno == ENOENT)
		return 0; /* nothing there to be taken out */
	if (!r)
		r = open_dir(h, dir, &e, why);
	if (!r)
		r = lock(&e) ? unlocked(h, dir, why) : rewrite(&e, h, why);
	if (e.dir >= 0)
		close(e.dir);
	free(e.old);
	free(e.new);
	return r;
}
