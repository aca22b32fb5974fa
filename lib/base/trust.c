/* trust - whether another user could write a path */
#include "base/trust.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ABOVE = TRUST_DATA + 1 };

/* In a user name space the real root has another number: the owner of "/". */
static int
is_root(uid_t uid)
{
	struct stat st;

	return uid == 0 || (!stat("/", &st) && uid == st.st_uid);
}

/* What is wrong, or NULL. Above the path our own group, and any that root let write, is trusted. */
static const char *
wrong(const struct stat *st, int as)
{
	int sticky = S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX;
	mode_t others = st->st_mode & (S_IWGRP | S_IWOTH);

	if (st->st_uid != geteuid() && (as == TRUST_OURS || !is_root(st->st_uid)))
		return "belongs to another user: others can write it: refused";
	if (S_ISLNK(st->st_mode) || !others)
		return NULL;
	if (as == TRUST_OURS)
		return "others can write it: refused (chmod go-w it if that was a mistake)";
	if (as != TRUST_DATA && sticky)
		return NULL;
	if (!(others & S_IWOTH) && (st->st_gid == getegid() || is_root(st->st_uid)))
		return NULL;
	return "others can write it: refused (chmod go-w it if that was a mistake)";
}

/* Looks at each component, not following symlinks. 1: all exist; 0: not all; -1 with why. */
static int
walk(const char *path, int as, char why[WHY])
{
	char at[PATH_MAX];
	size_t n = strlen(path);
	const char *what;
	struct stat st;

	if (n >= sizeof at)
		return err_why(why, "%.100s...: path too long", path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	for (size_t i = 1; i <= n; i++) {
		if (i < n && path[i] != '/')
			continue;
		memcpy(at, path, i);
		at[i] = 0;
		if (lstat(at, &st))
			return errno == ENOENT || errno == ENOTDIR ? 0 : err_why(why, "%s:", at);
		if ((what = wrong(&st, S_ISLNK(st.st_mode) || i < n ? ABOVE : as)))
			return err_why(why, "%s: %s", at, what);
	}
	return 1;
}

int
trust_path(const char *path, enum trust_as as, char why[WHY])
{
	char real[PATH_MAX];
	int r = walk(path, (int)as, why);

	if (r <= 0)
		return r;
	if (!realpath(path, real))
		return err_why(why, "%s:", path);
	return strcmp(real, path) && walk(real, (int)as, why) < 0 ? -1 : 0;
}
