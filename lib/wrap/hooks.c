/* hooks - events from a box: each is removed before it is read, and read as an event only */
#include "wrap/hooks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/regular.h"
#include "file/watch.h"
#include "proc/run.h"
#include "proc/which.h"

enum {
	AT_ONCE = 16, AT_LAST = 64, /* events */
	LISTED = 256, NAME = 64,    /* names of one look at the directory, sorted by age */
	EACH_MS = 50, POLL_MS = 1000,
	EVENT_MAX = 4 * 1024 * 1024,
	HOOK_MS = 10000
};

int
hooks_make(const struct task *t)
{
	unlinkat(t->fd, "hooks", 0); /* an older rca kept a file of that name */
	return mkdirat(t->fd, "hooks", 0700) && errno != EEXIST ? -1 : 0;
}

int
hooks_open(struct hooks *h, const struct task *t, char *const *env)
{
	char path[PATH_MAX + sizeof "/hooks"];

	*h = (struct hooks){ .task = t, .env = env, .dir = -1 };
	if (!env)
		return 0;
	h->dir = openat(t->fd, "hooks", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (h->dir < 0)
		return -1;
	h->next = clock_ms();
	snprintf(path, sizeof path, "%s/hooks", t->path);
	if (!(h->watch = watch_new()) || watch_add(h->watch, h->dir, path, 0) < 0)
		return -1;
	return 0;
}

void
hooks_close(struct hooks *h)
{
	watch_free(h->watch);
	if (h->env && h->dir >= 0)
		close(h->dir);
}

int
hooks_fd(const struct hooks *h)
{
	return h->watch ? watch_fd(h->watch) : -1;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The first names of the directory, in the order in which the events happened. */
static size_t
list(int dir, char (*names)[NAME])
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	size_t n = 0;

	if (!d && fd >= 0)
		close(fd);
	while (d && n < LISTED && (e = readdir(d)))
		if (*e->d_name != '.' && strlen(e->d_name) < NAME)
			memcpy(names[n++], e->d_name, strlen(e->d_name) + 1);
	if (d)
		closedir(d);
	qsort(names, n, sizeof *names, by_name);
	return n;
}

/* 1 if it is gone from the directory now. */
static int
give(const struct hooks *h, const char *name)
{
	int fd = regular_open(h->dir, name, O_RDONLY);
	char path[PATH_MAX], *argv[] = { path, NULL };
	struct run r = { .spawn = { .argv = argv, .env = h->env, .dir = h->task->path,
		.fd = { fd, -1, -1 }, .group = SPAWN_SESSION }, .ms = HOOK_MS };
	struct stat st;
	int gone = !unlinkat(h->dir, name, 0);

	if (fd >= 0 && !fstat(fd, &st) && st.st_size <= EVENT_MAX
		&& !which_own("bin/rca-hook", path, sizeof path))
		run_program(&r);
	if (fd >= 0)
		close(fd);
	return gone;
}

void
hooks_take(struct hooks *h, int last)
{
	char (*names)[NAME];
	size_t n, most = last ? AT_LAST : AT_ONCE;
	int gone = 0;

	if (!h->watch || (!last && h->next && clock_ms() < h->next))
		return;
	if (!(names = malloc(LISTED * sizeof *names)))
		return;
	watch_wait(h->watch, 0);
	n = list(h->dir, names);
	for (size_t i = 0; i < n && i < most; i++)
		gone += give(h, names[i]);
	/* A pause after each, so that a flood does not keep us from our work. */
	h->next = gone ? clock_ms() + gone * EACH_MS
		: watch_fd(h->watch) < 0 ? clock_ms() + POLL_MS : 0;
	free(names);
}
