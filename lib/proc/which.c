/* which - where programs are: in a PATH, and in this installation */
#include "proc/which.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc/self.h"

#ifndef PREFIX
#define PREFIX "/usr/local"
#endif

static char self[PATH_MAX]; /* the running program's path; "": not known yet */

static int
runnable(const char *file)
{
	struct stat st;

	if (stat(file, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EACCES;
		return -1;
	}
	return access(file, X_OK);
}

/*
 * Puts the next "dir/prog" of path into buf, "" if it does not fit. The rest of path; NULL: none.
 */
static const char *
next_candidate(const char *path, const char *prog, char *buf, size_t size)
{
	size_t n = strcspn(path, ":");
	int len = snprintf(buf, size, "%.*s/%s", n ? (int)n : 1, n ? path : ".", prog);

	if (len < 0 || (size_t)len >= size)
		*buf = '\0';
	return path[n] ? path + n + 1 : NULL;
}

int
which_find(const char *prog, const char *path, char *buf, size_t size)
{
	int seen = ENOENT;

	if (strchr(prog, '/')) {
		int n = snprintf(buf, size, "%s", prog);

		if (n < 0 || (size_t)n >= size) {
			errno = ENAMETOOLONG;
			return -1;
		}
		return runnable(buf);
	}
	if (!path)
		path = WHICH_PATH;
	if (!*prog)
		path = NULL;
	while (path) {
		path = next_candidate(path, prog, buf, size);
		if (*buf && runnable(buf) == 0)
			return 0;
		if (*buf && errno == EACCES)
			seen = EACCES;
	}
	errno = seen;
	return -1;
}

static int
ask_system(void)
{
	if (self_path(self, sizeof self) == 0)
		return 0;
	self[0] = '\0';
	return -1;
}

void
which_set_self(const char *argv0)
{
	char found[PATH_MAX];

	if (ask_system() == 0 || !argv0)
		return;
	if (which_find(argv0, getenv("PATH"), found, sizeof found) < 0 || !realpath(found, self))
		self[0] = '\0';
}

/* Puts root/mid/rest into buf. 0 if it exists. */
static int
find_below(const char *root, int rootlen, const char *mid, const char *rest, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%.*s/%s/%s", rootlen, root, mid, rest);

	if (n < 0 || (size_t)n >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return access(buf, F_OK);
}

/* The length of the directory above the program's own: "/usr/bin/rca-x" -> "/usr". */
static int
root_length(void)
{
	const char *slash = strrchr(self, '/');

	while (slash && slash > self && *--slash != '/')
		;
	return slash ? (int)(slash - self) : 0;
}

int
which_own(const char *rel, char *buf, size_t size)
{
	int lib = strncmp(rel, "lib/", 4) == 0;
	int known = self[0] || ask_system() == 0;

	if (!lib && strncmp(rel, "bin/", 4) != 0) {
		errno = EINVAL;
		return -1;
	}
	rel += 4;
	if (known && lib && find_below(self, root_length(), "lib/rca", rel, buf, size) == 0)
		return 0;
	if (known && find_below(self, root_length(), lib ? "lib" : "bin", rel, buf, size) == 0)
		return 0;
	return find_below(PREFIX, (int)strlen(PREFIX), lib ? "lib/rca" : "bin", rel, buf, size);
}
