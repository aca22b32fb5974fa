/* spool - the notices in an outbox as files */
#include "notice/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/pairs.h"
#include "file/file.h"
#include "notice/outbox.h"
#include "proc/lock.h"
#include "task/history.h"

enum { FILE_NAME = MESSAGE_NAME + 16, TOLD_MAX = 16384 };

void
spool_key(const char *notifier, char key[SPOOL_KEY])
{
	snprintf(key, SPOOL_KEY, "%.*s.%016llx", (int)strcspn(notifier, " \t"), notifier,
		hash_add(HASH_START, notifier, strlen(notifier)));
}

/* NAME.told has the key of each notifier that was told, one a line. */
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

/* Whether a notifier was not told of it; unattended: one that no deliverer serves now. */
static int
untold(const struct config *c, int box, const char *name, int unattended)
{
	char key[SPOOL_KEY], lock[SPOOL_KEY + 8];
	const char *line;

	for (int i = 0; (line = config_line(c, "notify", i)); i++) {
		spool_key(line, key);
		snprintf(lock, sizeof lock, "%s.lock", key);
		if (!(unattended && lock_held(box, lock)) && !was_told(box, name, key))
			return 1;
	}
	return 0;
}

static int
all_told(const struct config *c, int box, const char *name)
{
	return outbox_wanted(c) && !untold(c, box, name, 0);
}

static int
remove_told(int box, const char *name)
{
	char file[FILE_NAME];

	snprintf(file, sizeof file, "%s.told", name);
	return unlinkat(box, file, 0) && errno != ENOENT ? -1 : 0;
}

/* The notice first: a record of one that is gone is swept; a notice without it is told again. */
static int
remove_notice(int box, const char *name)
{
	char file[FILE_NAME];

	snprintf(file, sizeof file, "%s.json", name);
	if (unlinkat(box, file, 0) && errno != ENOENT)
		return -1;
	return remove_told(box, name);
}

int
spool_mark_told(const struct config *c, int box, const struct message *m, const char *key,
	char why[WHY])
{
	char file[FILE_NAME], record[SPOOL_KEY + 2];
	int alone = !config_line(c, "notify", 1);

	snprintf(file, sizeof file, "%s.told", m->name);
	snprintf(record, sizeof record, "%s\n", key);
	if (!alone && file_append(box, file, record, strlen(record)))
		return err_why(why, "write outbox/%s:", file);
	if ((alone || all_told(c, box, m->name)) && remove_notice(box, m->name))
		return err_why(why, "remove outbox/%s:", m->name);
	return 0;
}

static int
open_dead(int box)
{
	return openat(box, "dead", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
count_one(void *ctx, const char *name)
{
	(void)name;
	++*(long long *)ctx;
	return 0;
}

/* As many as are in outbox/dead, and `more` that are about to be. */
static int
set_undelivered(const struct task *t, int dead, long long more, char why[WHY])
{
	if (dead >= 0)
		outbox_each(dead, ".json", count_one, &more);
	return manifest_change(t->fd, PAIRS("undelivered", more ? PAIRS_NUMBER(more) : ""), why);
}

/* The manifest first: if we die before the move, it has one too many, which the next try mends. */
int
spool_give_up(const struct task *t, int box, const char *name, const char *id,
	const char *because, char why[WHY])
{
	char file[FILE_NAME];
	int dead, r;

	if (mkdirat(box, "dead", 0700) && errno != EEXIST)
		return err_why(why, "make directory outbox/dead:");
	if ((dead = open_dead(box)) < 0)
		return err_why(why, "open outbox/dead:");
	snprintf(file, sizeof file, "%s.json", name);
	r = set_undelivered(t, dead, 1, why);
	if (!r && !renameat(box, file, dead, file)) {
		history_add(t->fd, "undelivered", PAIRS("id", id, "reason", because));
		remove_told(box, name);
	} else if (!r && errno != ENOENT) {
		r = err_why(why, "move outbox/%s to outbox/dead:", file);
	}
	if (!r && (file_syncdir(dead) || file_syncdir(box)))
		r = err_why(why, "sync outbox/dead:");
	if (!r)
		r = set_undelivered(t, dead, 0, why);
	close(dead);
	return r;
}

struct loading {
	struct spool *s;
	const struct task *t;
	int box;
	const char *key;
	char *why;
	struct message_text *x;
};

/* A notice that cannot be read now (EIO, no memory) is left for the next time. */
static int
load_one(void *ctx, const char *name)
{
	struct loading *l = ctx;
	struct spool *s = l->s;
	struct message *grown;

	if (l->key && was_told(l->box, name, l->key))
		return 0;
	if (s->n == s->room) {
		grown = realloc(s->message, sizeof *grown * (size_t)(s->room + 16));
		if (!grown)
			return err_why(l->why, "no memory");
		s->message = grown;
		s->room += 16;
	}
	if (!message_read(l->box, name, &s->message[s->n], l->x, l->why))
		s->n++;
	else if (errno == EINVAL || errno == EFBIG || errno == ERR_NOT_REGULAR)
		return spool_give_up(l->t, l->box, name, name, l->why, l->why);
	return 0;
}

int
spool_load(struct spool *s, const struct task *t, int box, const char *key, char why[WHY])
{
	struct loading l = { s, t, box, key, why, malloc(sizeof *l.x) };
	int r;

	s->n = 0;
	*why = 0;
	if (!l.x)
		return err_why(why, "no memory");
	r = outbox_each(box, ".json", load_one, &l);
	free(l.x);
	if (r < 0)
		return *why ? -1 : err_why(why, "read outbox:");
	if (s->n)
		qsort(s->message, (size_t)s->n, sizeof *s->message, message_order);
	return 0;
}

struct box {
	const struct config *c;
	int fd;
};

static int
unattended(void *ctx, const char *name)
{
	const struct box *b = ctx;

	return !outbox_wanted(b->c) || untold(b->c, b->fd, name, 1);
}

int
spool_unattended(const struct task *t)
{
	struct config c;
	struct box b = { &c, -1 };
	char why[WHY];
	int r;

	if (!outbox_waiting(t) || (b.fd = outbox_open(t)) < 0)
		return 0;
	config_load(&c, why); /* the good lines of a wrong config count */
	r = outbox_each(b.fd, ".json", unattended, &b) > 0;
	config_free(&c);
	close(b.fd);
	return r;
}

static int
sweep_notice(void *ctx, const char *name)
{
	const struct box *b = ctx;

	if (all_told(b->c, b->fd, name))
		remove_notice(b->fd, name);
	return 0;
}

static int
sweep_told(void *ctx, const char *name)
{
	const struct box *b = ctx;
	char file[FILE_NAME];

	snprintf(file, sizeof file, "%s.json", name);
	if (!file_there(b->fd, file))
		remove_told(b->fd, name);
	return 0;
}

void
spool_sweep(const struct config *c, int box)
{
	struct box b = { c, box };

	outbox_each(box, ".json", sweep_notice, &b);
	outbox_each(box, ".told", sweep_told, &b);
}

void
spool_recount(const struct task *t, int box)
{
	int dead = open_dead(box);
	long long n = 0;
	struct manifest m;
	char why[WHY];

	if (dead >= 0)
		outbox_each(dead, ".json", count_one, &n);
	if (!manifest_read(t->fd, &m, why) && manifest_num(&m, "undelivered", 0) != n &&
		(dead >= 0 || !file_there(box, "dead")))
		set_undelivered(t, dead, 0, why);
	if (dead >= 0)
		close(dead);
}
