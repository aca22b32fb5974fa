/*
 * roster - the tasks to be shown
 *
 * What was read is kept, and names are collected only when the tasks directory has changed: so a
 * look costs one call for each task that has not changed.
 */
#include "list/roster.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "list/choice.h"
#include "task/task.h"

enum { ROOM = 256 };

static int
by_name(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;

	return strcmp(x->where, y->where);
}

static int
add(struct roster *r, const char *where, const char *at, const char *said)
{
	if (r->n == r->room) {
		size_t room = r->room ? 2 * r->room : ROOM;
		struct entry **more = realloc(r->all, room * sizeof *more);

		if (!more)
			return -1;
		r->all = more;
		if (!(more = realloc(r->shown, room * sizeof *more)))
			return -1;
		r->shown = more;
		r->room = room;
	}
	if (!(r->all[r->n] = entry_new(where, said)))
		return -1;
	r->all[r->n]->at = at;
	r->all[r->n++]->mark = r->pass;
	return 0;
}

/* A task of another host: "task=NAME" is its first line. */
static int
add_said(void *ctx, const char *host, const char *said)
{
	size_t n = strcspn(said, "\n");
	char name[PATH_MAX];

	if (strncmp(said, "task=", 5) || n <= 5 || n - 5 >= sizeof name) {
		errno = EINVAL;
		return -1;
	}
	snprintf(name, sizeof name, "%.*s", (int)(n - 5), said + 5);
	return add(ctx, name, host, said);
}

/* A path directly below the tasks directory becomes a name. */
static int
add_path(struct roster *r, const char *path)
{
	size_t home = strlen(r->l->home);

	if (!strncmp(path, r->l->home, home) && path[home] == '/' && path[home + 1] &&
	    !strchr(path + home + 1, '/'))
		path += home + 1;
	return add(r, path, r->here, NULL);
}

/* A task that task_open refuses is listed as broken. */
static int
add_refused(struct roster *r, const char *arg)
{
	char path[2 * PATH_MAX];
	size_t n;

	if (!strchr(arg, '/') || *arg == '/')
		return add_path(r, arg);
	if (!getcwd(path, PATH_MAX))
		return -1;
	n = strlen(path);
	snprintf(path + n, sizeof path - n, "/%s", arg);
	return add_path(r, path);
}

static int
add_pattern(struct roster *r, const char *arg)
{
	struct roster_pattern *more = realloc(r->patterns, (r->npatterns + 1) * sizeof *more);

	if (!more)
		return -1;
	r->patterns = more;
	more[r->npatterns++] = (struct roster_pattern){ arg, 0 };
	return 0;
}

int
roster_name(struct roster *r, const char *arg, char why[WHY])
{
	struct task t;
	int code, bad;

	if (r->here || (!strchr(arg, '/') && strpbrk(arg, "*?["))) {
		if (!add_pattern(r, arg))
			return 0;
		err_why(why, "%s:", arg);
		return EX_SYSTEM;
	}
	r->named = 1;
	code = task_open(&t, arg, why);
	if (code == EX_GONE || (code && !strchr(arg, '/') && (!*arg || *arg == '.')))
		return code;
	bad = entry_find_dir(r->l) || (code ? add_refused(r, arg) : add_path(r, t.path));
	task_close(&t);
	if (!bad) {
		r->all[r->n - 1]->fixed = 1;
		return 0;
	}
	err_why(why, "%s:", arg);
	return EX_SYSTEM;
}

struct found {
	struct roster *r;
	size_t known; /* the first entries, sorted by name */
};

static int
compare(const void *name, const void *e)
{
	return strcmp(name, (*(struct entry *const *)e)->where);
}

static int
found(void *ctx, const char *name)
{
	struct found *f = ctx;
	struct roster *r = f->r;
	struct entry **e = NULL;

	if (f->known)
		e = bsearch(name, r->all, f->known, sizeof *r->all, compare);
	if (!e)
		return add(r, name, r->here, NULL) ? 1 : 0;
	(*e)->mark = r->pass;
	return 0;
}

/* Frees the entries without the mark of this pass. */
static void
forget(struct roster *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (r->all[i]->mark == r->pass)
			r->all[n++] = r->all[i];
		else
			free(r->all[i]);
	r->n = n;
}

static int
collect(struct roster *r, char why[WHY])
{
	struct found f = { r, r->n };
	struct stat st;
	int c;

	if (entry_find_dir(r->l))
		return err_why(why, "open %s:", r->l->home);
	if (r->l->dir < 0)
		return 0;
	if (fstat(r->l->dir, &st))
		return err_why(why, "look at %s:", r->l->home);
	if (entry_unchanged(&r->changed, &st)) {
		for (size_t i = 0; i < r->n; i++)
			r->all[i]->mark = r->pass;
		return 0;
	}
	r->changed = entry_stamp(&st);
	if ((c = task_each(found, &f, why)))
		return c > 0 ? err_why(why, "list tasks:") : -1;
	return 0;
}

int
roster_look(struct roster *r, char why[WHY])
{
	size_t before = r->n;
	int collects = !r->away && (!r->named || r->npatterns);
	int sort = collects && r->named && !r->pass;

	r->l->people = r->people;
	remote_ask(r->remotes, r->nremotes);
	if (sort && r->n > 1)
		qsort(r->all, r->n, sizeof *r->all, by_name);
	r->pass++;
	if (collects && collect(r, why))
		return -1;
	for (size_t i = 0; i < r->nremotes; i++)
		remote_hear(&r->remotes[i], add_said, r);
	sort = r->n > before;
	for (size_t i = 0; i < r->n; i++) {
		struct entry *e = r->all[i];

		if (e->fixed || e->mark == r->pass)
			e->mark = entry_state(r->l, e, 0, why) ? r->pass : r->pass - 1;
	}
	choice_judge(r);
	forget(r);
	if (sort && r->n > 1)
		qsort(r->all, r->n, sizeof *r->all, by_name);
	choice_make(r);
	return 0;
}

void
roster_free(struct roster *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->all[i]);
	free(r->all);
	free(r->shown);
	free(r->patterns);
}
