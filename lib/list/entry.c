/* entry - one task of many, read with few system calls */
#include "list/entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
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
		agent_free(l->agents[i].a);
	}
	free(l->agents);
	config_free(&l->conf);
	if (l->dir >= 0)
		close(l->dir);
}

struct entry *
entry_new(const char *where)
{
	size_t n = strlen(where) + 1;
	struct entry *e = calloc(1, sizeof *e + n);

	if (e)
		memcpy(e->where, where, n);
	return e;
}

size_t
entry_clean(char *dst, size_t size, const char *src, size_t n)
{
	if (n == 0 || n >= size || *src == ' ' || src[n - 1] == ' ' || utf8_plain(src, n) < n ||
	    utf8_visible(src, n) < n || memchr(src, '\n', n) || memchr(src, '\t', n))
		return oneline(dst, size, src, n);
	memcpy(dst, src, n);
	dst[n] = 0;
	return n;
}

const char *
entry_name(const struct entry *e, char buf[PATH_MAX])
{
	entry_clean(buf, PATH_MAX, e->where, strlen(e->where));
	return buf;
}

const char *
entry_status(enum status s)
{
	return s < ST_LAST ? status_word(s) : "broken";
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

	return entry_join(path, e, file) ? -1 : regular_part(l->dir, path, end, buf, size);
}

static int
there(const struct list *l, const struct entry *e, const char *file)
{
	char path[PATH_MAX];

	return !entry_join(path, e, file) && !faccessat(l->dir, path, F_OK, 0);
}

static void
note(const struct manifest *m, struct entry *e)
{
	static const char *const keys[ST_LAST] = {
		[ST_FAILED] = "reason", [ST_CRASHED] = "reason", [ST_HUNG] = "reason",
		[ST_LIMITED] = "resume_at", [ST_ABANDONED] = "abandon_reason",
	};
	const char *text = keys[e->status] ? manifest_get(m, keys[e->status]) : "", *when = "";
	const char *lost = manifest_get(m, "undelivered"), *notices = "";
	int unsure = *manifest_get(m, "resume_unsure") != 0;
	char buf[ENTRY_NOTE];

	if (e->status == ST_LIMITED && *text)
		when = unsure ? "limited, looked at again at " : "until ";
	if (*lost)
		notices = strcmp(lost, "1") ? " notices undelivered" : " notice undelivered";
	snprintf(buf, sizeof buf, "%s%.*s%s%.8s%s", when, ENTRY_NOTE / 2, text,
	         *text && *lost ? "; " : "", lost, notices);
	entry_clean(e->note, sizeof e->note, buf, strlen(buf));
}

/* 1; 0 no manifest, so no task; -1 broken, with why. l->m holds what was read. */
static int
read_state(struct list *l, struct entry *e, char why[WHY])
{
	char buf[MANIFEST_SIZE + 1];
	int done = there(l, e, "done"); /* before the manifest: see state.h */
	ssize_t n = entry_part(l, e, "manifest", 0, buf, sizeof buf);
	const char *status;
	long long created;

	e->status = ST_LAST;
	e->done = 0;
	if (n < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : err_why(why, "read manifest:");
	if (manifest_parse(&l->m, buf, (size_t)n, why))
		return -1;
	created = clock_parse(manifest_get(&l->m, "created_at"));
	e->created = created > 0 ? created : 0;
	e->attempt = manifest_num(&l->m, "attempt", 0);
	e->adopted = *manifest_get(&l->m, "adopted") != 0;
	status = manifest_get(&l->m, "status");
	e->status = status_parse(status);
	e->done = done;
	if (e->status == ST_LAST)
		return err_why(why, "manifest: status %s: not a status", status);
	note(&l->m, e);
	return 1;
}

/* The directory cannot be trusted: task_open says why, and that goes on without the name. */
static int
refused(struct list *l, struct entry *e, char why[WHY])
{
	size_t n = strlen(e->where);
	struct task t;
	int r = task_open(&t, e->where, why);

	e->status = ST_LAST;
	e->done = 0;
	if (!r) {
		task_close(&t);
		return read_state(l, e, why);
	}
	if (!strncmp(why, e->where, n) && !strncmp(why + n, ": ", 2))
		memmove(why, why + n + 2, strlen(why + n + 2) + 1);
	return r == EX_GONE ? 0 : -1;
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

int
entry_state(struct list *l, struct entry *e, int again, char why[WHY])
{
	struct stat st;

	if (fstatat(l->dir, e->where, &st, AT_SYMLINK_NOFOLLOW) ||
	    !(S_ISDIR(st.st_mode) || S_ISLNK(st.st_mode)))
		return 0;
	if (!S_ISDIR(st.st_mode) || st.st_uid != l->owner || st.st_mode & (S_IWGRP | S_IWOTH))
		return refused(l, e, why);
	/* Whatever is made or replaced in a directory gives it a new time. */
	again |= e->status == ST_LAST || e->ino != st.st_ino;
	if (!again && entry_unchanged(&e->changed, &st))
		return 1;
	e->ino = st.st_ino;
	e->changed = entry_stamp(&st);
	return read_state(l, e, why);
}
