/* entry - one task of many, read with few system calls */
#include "list/entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/regular.h"
#include "task/task.h"
#include "text/strip.h"

enum { RACY_S = 2 };

int
entry_find_dir(struct list *l)
{
	struct stat st;

	if (l->dir >= 0 && !fstat(l->dir, &st) && st.st_nlink > 0)
		return 0;
	if (l->dir >= 0) /* it was removed */
		close(l->dir);
	l->dir = open(l->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return l->dir < 0 && errno != ENOENT ? -1 : 0;
}

int
entry_open(struct list *l, char why[WHY])
{
	char home[PATH_MAX - sizeof "/tasks"];

	l->dir = -1;
	l->owner = geteuid();
	if (task_home(home, sizeof home, why) || config_load(&l->conf, why))
		return -1;
	if (config_check_all(NULL, why)) {
		config_free(&l->conf);
		return -1;
	}
	snprintf(l->home, sizeof l->home, "%s/tasks", home);
	return 0;
}

void
entry_close(struct list *l)
{
	for (size_t i = 0; i < l->nagents; i++) {
		free(l->agents[i].name);
		agent_free(l->agents[i].a);
	}
	free(l->agents);
	config_free(&l->conf);
	if (l->dir >= 0)
		close(l->dir);
}

struct entry *
entry_new(const char *where, const char *said)
{
	size_t n = strlen(where) + 1, more = said ? strlen(said) + 1 : 0;
	struct entry *e = calloc(1, sizeof *e + n + more);

	if (!e)
		return NULL;
	memcpy(e->where, where, n);
	if (said)
		e->said = memcpy(e->where + n, said, more);
	return e;
}

const char *
entry_name(const struct entry *e, char buf[PATH_MAX])
{
	oneline(buf, PATH_MAX, e->where, strlen(e->where));
	return buf;
}

const char *
entry_status(enum status s)
{
	return s < ST_LAST ? status_word(s) : "broken";
}

const char *
entry_kind(enum kind k)
{
	static const char *const words[KINDS] = { "attention", "living", "created", "ended" };

	return words[k];
}

char *
entry_path(const struct list *l, const struct entry *e, char path[PATH_MAX])
{
	const char *home = *e->where == '/' ? "" : l->home, *slash = *home ? "/" : "";
	int n = snprintf(path, PATH_MAX, "%s%s%s", home, slash, e->where);

	if (n < 0 || n >= PATH_MAX)
		*path = 0;
	return path;
}

/* Not snprintf: this runs several times for each task. */
int
entry_join(char path[PATH_MAX], const struct entry *e, const char *file)
{
	size_t a = strlen(e->where), b = strlen(file) + 1;

	if (a + b >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, e->where, a);
	path[a] = '/';
	memcpy(path + a + 1, file, b);
	return 0;
}

ssize_t
entry_part(const struct list *l, const struct entry *e, const char *file, int end, char *buf,
           size_t size)
{
	char path[PATH_MAX];

	if (e->said)
		return snprintf(buf, size, "%s", e->said) < (int)size ? (ssize_t)strlen(buf) : -1;
	return entry_join(path, e, file) ? -1 : regular_part(l->dir, path, end, buf, size);
}

struct timespec
entry_stamp(const struct stat *st)
{
	if (clock_now() - st->st_mtim.tv_sec > RACY_S)
		return st->st_mtim;
	return (struct timespec){ .tv_sec = 0 };
}

int
entry_unchanged(const struct timespec *stamp, const struct stat *st)
{
	return stamp->tv_sec && stamp->tv_sec == st->st_mtim.tv_sec &&
	       stamp->tv_nsec == st->st_mtim.tv_nsec;
}
