/*
 * entry - one task of many, read cheaply
 *
 * Who owns the directory is asked first, as task_open does, but with one call; what is wrong with one, task_open itself says.
 */
#include "list/entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "file/regular.h"
#include "task/task.h"
#include "text/strip.h"

enum { RACY_S = 2 }; /* a directory that changed so lately may change again under the same time */

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

	memset(l, 0, sizeof *l);
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
		parse_free(l->agents[i].a);
	}
	free(l->agents);
	config_free(&l->conf);
	if (l->dir >= 0)
		close(l->dir);
}

struct entry *
entry_item(const char *where)
{
	size_t n = strlen(where) + 1;
	struct entry *it = calloc(1, sizeof *it + n);

	if (it)
		memcpy(it->where, where, n);
	return it;
}

/* Where a text is clean already, and that is nearly always so, it is only copied. */
size_t
entry_clean(char *dst, size_t size, const char *src, size_t n)
{
	if (n == 0 || n >= size || *src == ' ' || src[n - 1] == ' ' || utf8_plain(src, n) < n || utf8_visible(src, n) < n || memchr(src, '\n', n) || memchr(src, '\t', n))
		return oneline(dst, size, src, n);
	memcpy(dst, src, n);
	dst[n] = 0;
	return n;
}

const char *
entry_name(const struct entry *it, char buf[PATH_MAX])
{
	entry_clean(buf, PATH_MAX, it->where, strlen(it->where));
	return buf;
}

const char *
entry_status(enum status s)
{
	return s < ST_LAST ? status_word(s) : "broken";
}

char *
entry_path(const struct list *l, const struct entry *it, char path[PATH_MAX])
{
	int n = *it->where == '/' ? snprintf(path, PATH_MAX, "%s", it->where) : snprintf(path, PATH_MAX, "%s/%s", l->home, it->where);

	if (n < 0 || n >= PATH_MAX)
		*path = 0;
	return path;
}

int
entry_join(char path[PATH_MAX], const struct entry *it, const char *file)
{
	size_t a = strlen(it->where), b = strlen(file) + 1;

	if (a + b >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, it->where, a);
	path[a] = '/';
	memcpy(path + a + 1, file, b);
	return 0;
}

int
entry_file(const struct list *l, const struct entry *it, const char *file)
{
	char path[PATH_MAX];

	return entry_join(path, it, file) ? -1 : regular_open(l->dir, path, O_RDONLY);
}

/* A regular file gives all it has to one read; what was cut shows when it is parsed. */
ssize_t
entry_slurp(const struct list *l, const struct entry *it, const char *file, char *buf, size_t size)
{
	int fd = entry_file(l, it, file), saved;
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, buf, size);
	saved = errno;
	close(fd);
	errno = saved;
	return n;
}

static int
there(const struct list *l, const struct entry *it, const char *file)
{
	char path[PATH_MAX];

	return !entry_join(path, it, file) && !faccessat(l->dir, path, F_OK, 0);
}

/* What only the manifest knows of why it is as it is. */
static void
note(const struct manifest *m, struct entry *it)
{
	static const char *const keys[ST_LAST] = {
		[ST_FAILED] = "reason", [ST_CRASHED] = "reason", [ST_HUNG] = "reason", [ST_LIMITED] = "resume_at", [ST_ABANDONED] = "abandon_reason",
	};
	const char *text = keys[it->status] ? manifest_get(m, keys[it->status]) : "", *lost = manifest_get(m, "undelivered");
	const char *when = "";
	char buf[ENTRY_NOTE];

	if (it->status == ST_LIMITED && *text)
		when = *manifest_get(m, "resume_unsure") ? "limited, looked at again at " : "until ";
	snprintf(buf, sizeof buf, "%s%.*s%s%.8s%s", when, ENTRY_NOTE / 2, text, *text && *lost ? "; " : "", lost, !*lost ? "" : strcmp(lost, "1") ? " notices undelivered" : " notice undelivered");
	entry_clean(it->note, sizeof it->note, buf, strlen(buf));
}

/* 1; 0 no manifest: no task; -1 broken, with why. l->m holds what was read. */
static int
read_state(struct list *l, struct entry *it, char why[WHY])
{
	char buf[MANIFEST_SIZE];
	int done = there(l, it, "done"); /* before the manifest: see state.h */
	ssize_t n = entry_slurp(l, it, "manifest", buf, sizeof buf);
	long long created;

	it->status = ST_LAST;
	it->done = 0;
	if (n < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : err_why(why, "read manifest:");
	if (manifest_parse(&l->m, buf, (size_t)n, why))
		return -1;
	created = clock_parse(manifest_get(&l->m, "created_at"));
	it->created = created > 0 ? created : 0;
	it->attempt = manifest_num(&l->m, "attempt", 0);
	it->adopted = *manifest_get(&l->m, "adopted") != 0;
	it->status = manifest_status(&l->m);
	it->done = done;
	if (it->status == ST_LAST)
		return err_why(why, "manifest: status %s: not a status", manifest_get(&l->m, "status"));
	note(&l->m, it);
	return 1;
}

/* One that is not to be trusted: task_open's own words for why, without the name. 0 if it is no task at all. */
static int
refused(struct list *l, struct entry *it, char why[WHY])
{
	size_t n = strlen(it->where);
	struct task t;
	int r = task_open(&t, it->where, why);

	it->status = ST_LAST;
	it->done = 0;
	if (!r) {
		task_close(&t);
		return read_state(l, it, why);
	}
	if (!strncmp(why, it->where, n) && !strncmp(why + n, ": ", 2))
		memmove(why, why + n + 2, strlen(why + n + 2) + 1);
	return r == EX_GONE ? 0 : -1;
}

/* Whatever is made or replaced in a directory gives it a new time. */
static int
unchanged(const struct entry *it, const struct stat *st)
{
	return it->changed.tv_sec && it->ino == st->st_ino && it->changed.tv_sec == st->st_mtim.tv_sec && it->changed.tv_nsec == st->st_mtim.tv_nsec;
}

int
entry_state(struct list *l, struct entry *it, int again, char why[WHY])
{
	struct stat st;

	if (fstatat(l->dir, it->where, &st, AT_SYMLINK_NOFOLLOW) || !(S_ISDIR(st.st_mode) || S_ISLNK(st.st_mode)))
		return 0;
	if (!S_ISDIR(st.st_mode) || st.st_uid != l->owner || st.st_mode & (S_IWGRP | S_IWOTH))
		return refused(l, it, why);
	if (!again && it->status < ST_LAST && unchanged(it, &st))
		return 1;
	it->ino = st.st_ino;
	it->changed = (struct timespec){ .tv_sec = 0 };
	if (clock_now() - st.st_mtim.tv_sec > RACY_S)
		it->changed = st.st_mtim;
	return read_state(l, it, why);
}
