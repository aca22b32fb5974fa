/*
 * install - edits a settings file in place
 *
 * The new text is written to .NAME.new, which is also the lock: a process that holds it, and finds
 * it still under its name, may read, write and rename. The next one waits, sees that the name is
 * gone, and begins again. A killed writer leaves a file, but no lock.
 */
#include "hook/install.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "proc/inherit.h"
#include "proc/lock.h"

#define BOM "\xef\xbb\xbf"

struct edit {
	const struct install *in;
	int dir, fd;         /* fd: .NAME.new, locked */
	char name[NAME_MAX + 1], tmp[NAME_MAX + 8];
	struct stat st;      /* of the old file */
	int there;
	char *old, *new;
	size_t nold, nnew, bom; /* bom: bytes of a byte order mark before the text, which stay */
	char *why;
};

static int
failed(const struct edit *e, const char *what)
{
	err_why(e->why, "%s %s:", what, e->in->path);
	return EX_SYSTEM;
}

static int
dangling(const struct edit *e, const char *path)
{
	err_why(e->why, "%s: a dangling symlink: left alone", path);
	return EX_CALLER;
}

/* Follows all symlinks, as far as the file and its directory exist. */
static int
resolve(const struct edit *e, char real[PATH_MAX])
{
	const char *path = e->in->path, *slash = strrchr(path, '/');
	size_t n = slash == path ? 1 : slash ? (size_t)(slash - path) : 1;
	char dir[PATH_MAX];
	struct stat st;

	if (realpath(path, real))
		return 0;
	if (errno != ENOENT || strlen(path) >= PATH_MAX - 1)
		return failed(e, "find");
	if (!lstat(path, &st))
		return dangling(e, path);
	snprintf(dir, sizeof dir, "%.*s", (int)n, slash ? path : ".");
	if (!realpath(dir, real)) {
		memcpy(real, path, strlen(path) + 1);
		return lstat(dir, &st) ? 0 : dangling(e, dir);
	}
	path = slash ? slash + 1 : path;
	n = strlen(real);
	if (n + 1 + strlen(path) >= PATH_MAX)
		return failed(e, "find");
	sprintf(real + n, "/%s", path);
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

/* Finds where the file really is: its directory in dir, its name in e->name. */
static int
locate(struct edit *e, char dir[PATH_MAX])
{
	const struct install *in = e->in;
	char real[PATH_MAX];
	char *slash;
	int r = resolve(e, real), n;

	if (r)
		return r;
	if (in->below && *real == '/' && leads_out(real, in->below)) {
		err_why(e->why, "%s: leads out of %s, to %s: rca-hook -F %s %s edits it there",
		        in->path, in->below, real, in->program ? "-i" : "-u", in->path);
		return EX_CALLER;
	}
	slash = strrchr(real, '/');
	n = snprintf(e->name, sizeof e->name, "%s", slash ? slash + 1 : real);
	if (n == 0 || n >= (int)sizeof e->name) {
		err_why(e->why, "%s: not the path of a file", in->path);
		return EX_CALLER;
	}
	if (slash)
		slash[slash == real] = '\0';
	snprintf(dir, PATH_MAX, "%s", slash ? real : ".");
	return 0;
}

/* With the caller's umask, not ours: the directory is the project's, not a task's. */
static int
make_dir(const char *dir)
{
	mode_t ours = umask(inherit_umask());
	int r = mkdir(dir, 0777), saved = errno;

	umask(ours);
	errno = saved;
	return r;
}

static int
open_dir(struct edit *e, const char *dir)
{
	e->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (e->dir < 0 && errno == ENOENT && e->in->program && (!make_dir(dir) || errno == EEXIST))
		e->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (e->dir >= 0)
		return 0;
	err_why(e->why, "open %s:", dir);
	return EX_SYSTEM;
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
		if (!fstatat(e->dir, e->tmp, &named, AT_SYMLINK_NOFOLLOW) &&
		    named.st_ino == mine.st_ino && named.st_dev == mine.st_dev)
			return S_ISREG(mine.st_mode) ? 0 : (errno = ERR_NOT_REGULAR, -1);
		close(e->fd);
	}
}

static int
read_old(struct edit *e)
{
	ssize_t n = 0;

	e->there = !fstatat(e->dir, e->name, &e->st, AT_SYMLINK_NOFOLLOW);
	if (!e->there && errno != ENOENT)
		return failed(e, "find");
	if (!(e->old = calloc(1, (size_t)SETTINGS_MAX + 2)))
		return failed(e, "read");
	if (e->there)
		n = file_read(e->dir, e->name, e->old, (size_t)SETTINGS_MAX + 2);
	if (n < 0 && (errno == EFBIG || errno == ERR_NOT_REGULAR)) {
		err_why(e->why, "%s: %s: left alone", e->in->path,
		        errno == EFBIG ? "too large" : "not a regular file");
		return EX_CALLER;
	}
	if (n < 0)
		return failed(e, "read");
	if (e->there && !(e->st.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH))) {
		err_why(e->why, "%s: is read-only: left alone (chmod u+w it to have it changed)",
		        e->in->path);
		return EX_CALLER;
	}
	e->nold = (size_t)n;
	e->bom = !strncmp(e->old, BOM, 3) ? 3 : 0;
	/* A blank file counts as an empty object. */
	if (strspn(e->old + e->bom, " \t\r\n") >= e->nold - e->bom)
		e->nold = e->bom + (size_t)sprintf(e->old + e->bom, "{}\n");
	return 0;
}

static int
change(struct edit *e)
{
	const struct install *in = e->in;
	const char *old = e->old + e->bom;
	size_t nold = e->nold - e->bom, n = 0;
	char *new = NULL, inner[WHY];
	int r;

	if (in->program)
		r = settings_add(old, nold, in->kind, in->program, &new, &n, inner);
	else
		r = settings_remove(old, nold, &new, &n, inner);
	if (r) {
		err_why(e->why, "%s: %s", in->path, inner);
		return EX_CALLER;
	}
	e->new = malloc(e->bom + n + 1);
	if (e->new) {
		memcpy(e->new, e->old, e->bom);
		memcpy(e->new + e->bom, new, n + 1);
	}
	free(new);
	e->nnew = e->bom + n;
	return e->new ? 0 : failed(e, "read");
}

static int
write_new(const struct edit *e)
{
	int theirs = e->there && (e->st.st_uid != geteuid() || e->st.st_gid != getegid());

	if (ftruncate(e->fd, 0) || file_write_all(e->fd, e->new, e->nnew))
		return -1;
	if (theirs && fchown(e->fd, e->st.st_uid, e->st.st_gid))
		return -1;
	return fchmod(e->fd, e->there ? e->st.st_mode & 07777 : 0666 & ~inherit_umask());
}

/*
 * Under the lock. file_commit and file_abort first take .NAME.new away, and then close e->fd: the
 * other way round they could take away the file of the next one.
 */
static int
rewrite(struct edit *e)
{
	int r = read_old(e);

	if (!r)
		r = change(e);
	if (!r && (e->nnew != e->nold || memcmp(e->new, e->old, e->nold))) {
		if (!write_new(e)) {
			r = file_commit(e->dir, e->name, e->fd, FILE_FULL);
			return r ? failed(e, "replace") : 0;
		}
		r = failed(e, "write");
	}
	file_abort(e->dir, e->name, e->fd);
	return r;
}

static int
edit(struct edit *e, const char *dir)
{
	int r = open_dir(e, dir);

	if (r)
		return r;
	if (!lock(e))
		return rewrite(e);
	if (errno != EACCES && errno != EROFS && errno != EPERM)
		return failed(e, "lock");
	err_why(e->why, "%s: cannot be replaced: %s cannot be written:", e->in->path, dir);
	return EX_SYSTEM;
}

int
install_edit(const struct install *in, char why[WHY])
{
	struct edit e = { .in = in, .dir = -1, .why = why };
	char dir[PATH_MAX];
	int r = locate(&e, dir);

	if (r)
		return r;
	/* Where there is not even a directory, there is nothing to take out. */
	if (in->program || !access(dir, F_OK) || errno != ENOENT)
		r = edit(&e, dir);
	if (e.dir >= 0)
		close(e.dir);
	free(e.old);
	free(e.new);
	return r;
}
