/* spool - the notices in an outbox as files */
#include "notice/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "notice/outbox.h"
#include "proc/lock.h"
#include "task/history.h"

enum { FILE_NAME = MESSAGE_NAME + 16, TOLD_MAX = 16384 };

/* Calls f with each name in box that ends in suffix, without it; f may remove it. */
static int
each(int box, const char *suffix, int (*f)(void *ctx, const char *name), void *ctx)
{
	int fd = openat(box, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t cut = strlen(suffix);
	char name[MESSAGE_NAME];
	struct dirent *e;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (!r && (e = readdir(d))) {
		size_t n = strlen(e->d_name);

		if (e->d_name[0] == '.' || n <= cut || n - cut >= sizeof name || strcmp(e->d_name + n - cut, suffix))
			continue;
		snprintf(name, sizeof name, "%.*s", (int)(n - cut), e->d_name);
		r = f(ctx, name);
	}
	closedir(d);
	return r;
}

void
spool_key(const char *notifier, char key[SPOOL_KEY])
{
	unsigned long long h = 14695981039346656037ULL;

	for (const char *p = notifier; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211ULL;
	snprintf(key, SPOOL_KEY, "%.*s.%016llx", (int)strcspn(notifier, " \t"), notifier, h & 0xffffffffffffffffULL);
}

/* Lines, one a notifier; each appended whole. */
static int
was_told(int box, const char *name, const char *key)
{
	char file[FILE_NAME], *buf = malloc(TOLD_MAX);
	size_t n = strlen(key);
	int found = 0;

	snprintf(file, sizeof file, "%s.told", name);
	if (buf && file_read(box, file, buf, TOLD_MAX) > 0)
		for (char *p = buf; *p && !found; p += strcspn(p, "\n"), p += *p == '\n')
			found = !strncmp(p, key, n) && p[n] == '\n';
	free(buf);
	return found;
}

static int
all_told(const struct config *c, int box, const char *name)
{
	char key[SPOOL_KEY];
	const char *line;

	for (int i = 0; (line = config_line(c, "notify", i)); i++) {
		spool_key(line, key);
		if (!was_told(box, name, key))
			return 0;
	}
	return outbox_wanted(c);
}

static int
forget(int box, const char *name)
{
	char file[FILE_NAME];

	snprintf(file, sizeof file, "%s.told", name);
	return unlinkat(box, file, 0) && errno != ENOENT ? -1 : 0;
}

/* The notice first: what is written of one that is gone is swept, but not the other way. */
static int
take_away(int box, const char *name)
{
	char file[FILE_NAME];

	snprintf(file, sizeof file, "%s.json", name);
	if (unlinkat(box, file, 0) && errno != ENOENT)
		return -1;
	return forget(box, name);
}

int
spool_told(const struct config *c, int box, const struct message *l, const char *key, char why[WHY])
{
	char file[FILE_NAME], record[SPOOL_KEY + 2];
	int alone = !config_line(c, "notify", 1);

	snprintf(file, sizeof file, "%s.told", l->name);
	snprintf(record, sizeof record, "%s\n", key);
	if (!alone && file_append(box, file, record, strlen(record)))
		return err_why(why, "write outbox/%s:", file);
	if (alone || all_told(c, box, l->name))
		return take_away(box, l->name) ? err_why(why, "remove outbox/%s:", l->name) : 0;
	return 0;
}

static int
count_one(void *ctx, const char *name)
{
	(void)name;
	++*(long long *)ctx;
	return 0;
}

/* What is in outbox/dead, and `more` that are about to be. */
static int
say_undelivered(const struct task *t, int dead, long long more, char why[WHY])
{
	char n[32] = "";

	if (dead >= 0)
		each(dead, ".json", count_one, &more);
	if (more)
		snprintf(n, sizeof n, "%lld", more);
	return manifest_change(t->fd, (const char *const[]){ "undelivered", n, NULL }, why);
}

/* The manifest says so first: whoever dies in between has said too much, not too little, and the next one does it again. */
int
spool_bury(const struct task *t, int box, const char *name, const char *id, const char *because, char why[WHY])
{
	char file[FILE_NAME];
	int dead, r;

	if (mkdirat(box, "dead", 0700) && errno != EEXIST)
		return err_why(why, "make directory outbox/dead:");
	dead = openat(box, "dead", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dead < 0)
		return err_why(why, "open outbox/dead:");
	snprintf(file, sizeof file, "%s.json", name);
	r = say_undelivered(t, dead, 1, why);
	if (!r && !renameat(box, file, dead, file)) {
		history_add(t->fd, "undelivered", (const char *const[]){ "id", id, "reason", because, NULL });
		forget(box, name);
	} else if (!r && errno != ENOENT) {
		r = err_why(why, "move outbox/%s to outbox/dead:", file);
	}
	if (!r && (file_syncdir(dead) || file_syncdir(box)))
		r = err_why(why, "sync outbox/dead:");
	if (!r)
		r = say_undelivered(t, dead, 0, why);
	close(dead);
	return r;
}

struct filling {
	struct spool *b;
	const struct task *t;
	int box;
	const char *key;
	char *why;
	struct message_text *x;
};

/* One that cannot be read at the moment (EIO, no memory) is left for the next look; one that is no notice never will be. */
static int
fill_one(void *ctx, const char *name)
{
	struct filling *f = ctx;
	struct message *l;

	if (f->key && was_told(f->box, name, f->key))
		return 0;
	if (f->b->n == f->b->room) {
		l = realloc(f->b->l, sizeof *l * (size_t)(f->b->room + 16));
		if (!l)
			return err_why(f->why, "no memory");
		f->b->l = l;
		f->b->room += 16;
	}
	l = &f->b->l[f->b->n];
	if (message_read(f->box, name, l, f->x, f->why)) {
		if (errno == EINVAL || errno == EFBIG || errno == ERR_NOT_REGULAR)
			return spool_bury(f->t, f->box, name, name, f->why, f->why);
		return 0;
	}
	f->b->n++;
	return 0;
}

int
spool_fill(struct spool *b, const struct task *t, int box, const char *key, char why[WHY])
{
	struct filling f = { b, t, box, key, why, malloc(sizeof *f.x) };
	int r;

	b->n = 0;
	*why = 0;
	if (!f.x)
		return err_why(why, "no memory");
	r = each(box, ".json", fill_one, &f);
	free(f.x);
	if (r < 0)
		return *why ? -1 : err_why(why, "read outbox:");
	if (b->n)
		qsort(b->l, (size_t)b->n, sizeof *b->l, message_order);
	return 0;
}

struct looking {
	const struct config *c;
	int box;
};

static int
forsaken(void *ctx, const char *name)
{
	const struct looking *l = ctx;
	char key[SPOOL_KEY], lock[SPOOL_KEY + 8];
	const char *line;

	for (int i = 0; (line = config_line(l->c, "notify", i)); i++) {
		spool_key(line, key);
		snprintf(lock, sizeof lock, "%s.lock", key);
		if (!lock_held(l->box, lock) && !was_told(l->box, name, key))
			return 1;
	}
	return !outbox_wanted(l->c);
}

int
spool_unattended(const struct task *t)
{
	struct looking l = { .box = -1 };
	struct config c;
	char why[WHY];
	int r;

	if (!outbox_waiting(t))
		return 0;
	config_load(&c, why); /* by whatever is good of it */
	l.c = &c;
	l.box = outbox_open(t);
	r = l.box >= 0 && each(l.box, ".json", forsaken, &l) > 0;
	if (l.box >= 0)
		close(l.box);
	config_free(&c);
	return r;
}

struct sweeping {
	const struct config *c;
	int box;
};

static int
sweep_notice(void *ctx, const char *name)
{
	const struct sweeping *s = ctx;

	if (all_told(s->c, s->box, name))
		take_away(s->box, name);
	return 0;
}

static int
sweep_told(void *ctx, const char *name)
{
	const struct sweeping *s = ctx;
	char file[FILE_NAME];

	snprintf(file, sizeof file, "%s.json", name);
	if (!file_there(s->box, file))
		forget(s->box, name);
	return 0;
}

void
spool_sweep(const struct config *c, int box)
{
	struct sweeping s = { c, box };

	each(box, ".json", sweep_notice, &s);
	each(box, ".told", sweep_told, &s);
}

void
spool_recount(const struct task *t, int box)
{
	int dead = openat(box, "dead", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	long long n = 0;
	struct manifest m;
	char why[WHY];

	if (dead >= 0)
		each(dead, ".json", count_one, &n);
	if (!manifest_read(t->fd, &m, why) && manifest_num(&m, "undelivered", 0) != n && (dead >= 0 || !file_there(box, "dead")))
		say_undelivered(t, dead, 0, why);
	if (dead >= 0)
		close(dead);
}
