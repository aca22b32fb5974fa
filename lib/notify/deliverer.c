/*
 * deliverer - empties a task's outbox towards one notifier
 *
 * outbox/KEY.lock says who delivers to it. Whoever puts a notice writes the file, then tries the lock; a courier that lets go of the lock looks once more: so one of the two sees it.
 */
#include "notify/deliverer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/name.h"
#include "notice/outbox.h"
#include "notice/spool.h"
#include "notify/notifier.h"
#include "proc/lock.h"
#include "proc/tree.h"
#include "task/history.h"
#include "task/quiet_hours.h"

enum { PAUSE_MS = 1000, PAUSE_MAX_MS = 300 * 1000, DAY_S = 86400, LEAVE_MS = 5000, PROBES = 2 };

struct courier {
	const struct task *t;
	const char *notifier;
	char name[NAME_SIZE], key[SPOOL_KEY], lockname[SPOOL_KEY + 8];
	int box, lock;
	struct notifier_run d;
	struct config conf;
	struct manifest m;
	struct spool bag;
	struct message_text *x;
	struct quiet_hours quiet;
	int failures;         /* rounds in a row that ended in one */
	long long retry_at;   /* clock_ms */
	long long began_ms, began; /* clock_ms and clock_now when it began */
	char said[WHY];       /* the last failure, which history has */
};

/* Settings may change while we sleep: a notifier that is named no more gets nothing more. 1 it is; 0; -1. */
static int
reload(struct courier *c, char why[WHY])
{
	const char *line;
	long long s;
	int i = 0;

	config_free(&c->conf);
	config_load(&c->conf, why); /* by whatever is good of it */
	if (manifest_read(c->t->fd, &c->m, why) || quiet_hours_parse(config_get(&c->conf, &c->m, "quiet_hours"), &c->quiet, why))
		return -1;
	s = config_num(&c->conf, &c->m, "notify_timeout");
	c->d.timeout_ms = (long)(s > 0 && s < DAY_S ? s : DAY_S) * 1000;
	while ((line = config_line(&c->conf, "notify", i)) && strcmp(line, c->notifier))
		i++;
	return line != NULL;
}

static int
due(const struct courier *c, const struct message *l)
{
	return verdict_parse(l->verdict) == ESCALATE || !quiet_hours_until(&c->quiet, clock_now());
}

/* A clock that is set while we try ends no notice's time. */
static int
too_old(const struct courier *c, const struct message *l)
{
	long long now = c->began + (clock_ms() - c->began_ms) / 1000;

	return now - (long long)l->since.tv_sec >= config_num(&c->conf, &c->m, "notify_keep");
}

static void
say(const struct courier *c, const char *event, const struct message *l, const char *reason)
{
	history_add(c->t->fd, event, (const char *const[]){ "id", l->id, "notifier", c->name, "reason", reason, NULL });
}

/* 0 told; 1 not; -1 with why. What is too old has had its chance. */
static int
tell(struct courier *c, struct message *l, char why[WHY])
{
	char failed[WHY], because[WHY];

	if (message_read(c->box, l->name, l, c->x, failed))
		return 0; /* gone, or it will be buried */
	if (!notifier_run(&c->d, c->box, l, c->x, failed)) {
		say(c, "told", l, "");
		*c->said = 0;
		return spool_told(&c->conf, c->box, l, c->key, why);
	}
	if (strcmp(c->said, failed))
		say(c, "not_told", l, failed);
	snprintf(c->said, sizeof c->said, "%s", failed);
	if (!too_old(c, l))
		return 1;
	snprintf(because, sizeof because, "%s: %.400s", c->name, failed);
	return spool_bury(c->t, c->box, l->name, l->id, because, why) ? -1 : 1;
}

/* Another one takes the place of the one whose turn it is: each time another. */
static void
bring_forward(struct courier *c, int i)
{
	int at = i + c->failures % (c->bag.n - i);
	struct message l = c->bag.l[i];

	if (!due(c, &c->bag.l[at]))
		return;
	c->bag.l[i] = c->bag.l[at];
	c->bag.l[at] = l;
}

/*
 * One after the other. Where the first fails, some other tells whether it is the notifier or that notice, so that those which are refused do not hold up the rest. Two failures in a row end
 * the round. 0; 1 if one failed; -1 with why.
 */
static int
round_of(struct courier *c, char why[WHY])
{
	int failed = 0, in_row = 0;

	for (int i = 0; i < c->bag.n && in_row < PROBES && !c->d.leave; i++) {
		int probe = failed == 1, r;

		if (!due(c, &c->bag.l[i]))
			continue;
		if (probe)
			bring_forward(c, i);
		if ((r = tell(c, &c->bag.l[i], why)) < 0)
			return -1;
		in_row = r ? in_row + 1 : 0;
		failed += r || probe;
		if (probe && !r)
			qsort(c->bag.l + i + 1, (size_t)(c->bag.n - i - 1), sizeof *c->bag.l, message_order);
	}
	c->failures = failed ? c->failures + 1 : 0;
	return failed > 0;
}

static long
pause_ms(int failures)
{
	long ms = PAUSE_MS;

	while (--failures > 0 && ms < PAUSE_MAX_MS)
		ms *= 2;
	return ms < PAUSE_MAX_MS ? ms : PAUSE_MAX_MS;
}

static int
any_due(const struct courier *c)
{
	for (int i = 0; i < c->bag.n; i++)
		if (due(c, &c->bag.l[i]))
			return 1;
	return 0;
}

/* Until it is time to try again, quiet hours end, or somebody wakes us. At most some minutes, since a notice from another host cannot wake us. */
static void
rest(struct courier *c)
{
	long long ms = c->retry_at - clock_ms(), end;

	if (!any_due(c) && (end = quiet_hours_until(&c->quiet, clock_now())))
		ms = (end - clock_now()) * 1000;
	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	if (ms > 0)
		notifier_sleep(&c->d, (long)ms);
	if (c->d.wake)
		c->retry_at = 0;
	c->d.wake = 0;
}

/* 0: nothing is left for us; 1: asked to leave, or once; -1 with why. */
static int
work(struct courier *c, enum deliverer_mode mode, char why[WHY])
{
	int wanted, r;

	for (;;) {
		if ((wanted = reload(c, why)) <= 0)
			return wanted;
		if (spool_fill(&c->bag, c->t, c->box, c->key, why))
			return -1;
		if (!c->bag.n)
			return 0;
		if (c->d.leave)
			return 1;
		if (any_due(c) && clock_ms() >= c->retry_at) {
			if ((r = round_of(c, why)) < 0)
				return -1;
			c->retry_at = r ? clock_ms() + pause_ms(c->failures) : 0;
			if (mode == DELIVERER_STAY)
				continue;
			return spool_fill(&c->bag, c->t, c->box, c->key, why) ? -1 : c->bag.n > 0;
		}
		if (mode == DELIVERER_ONCE)
			return 1;
		rest(c);
	}
}

/* 1 ours; 0 another has it, and knows of the news; -1 with why. */
static int
take(struct courier *c, enum deliverer_mode mode, char why[WHY])
{
	c->lock = lock_life(c->box, c->lockname);
	/* It finishes what it is at. */
	if (c->lock < 0 && errno == EBUSY && mode == DELIVERER_ONCE && lock_signal(c->box, c->lockname, 0, SIGTERM) >= 0) {
		lock_wait(c->box, c->lockname, c->d.timeout_ms + LEAVE_MS, NULL);
		c->lock = lock_life(c->box, c->lockname);
	}
	if (c->lock >= 0)
		return 1;
	if (errno != EBUSY)
		return err_why(why, "lock outbox/%s:", c->lockname);
	lock_signal(c->box, c->lockname, 0, SIGCONT);
	return 0;
}

static int
carry(struct courier *c, enum deliverer_mode mode, char why[WHY])
{
	for (;;) {
		int r = take(c, mode, why);

		if (r <= 0)
			return r < 0 ? -1 : 1;
		r = work(c, mode, why);
		close(c->lock);
		if (r)
			return r;
		if (reload(c, why) <= 0)
			return 0;
		if (spool_fill(&c->bag, c->t, c->box, c->key, why) || !c->bag.n)
			return 0;
	}
}

int
deliverer_run(const struct task *t, const char *notifier, enum deliverer_mode mode, char why[WHY])
{
	struct courier *c = calloc(1, sizeof *c);
	size_t n = strcspn(notifier, " \t");
	int r = -1;

	if (!c || !(c->x = malloc(sizeof *c->x)))
		err_why(why, "no memory");
	else if ((c->box = outbox_open(t)) < 0)
		r = errno == ENOENT ? 0 : err_why(why, "open outbox:");
	if (!c || !c->x || c->box < 0) {
		if (c)
			free(c->x);
		free(c);
		return r;
	}
	c->t = t;
	c->began_ms = clock_ms();
	c->began = clock_now();
	c->notifier = notifier;
	snprintf(c->name, sizeof c->name, "%.*s", (int)n, notifier);
	c->d = (struct notifier_run){ .name = c->name, .arg = notifier + n + strspn(notifier + n, " \t"), .timeout_ms = 30000 };
	spool_key(notifier, c->key);
	snprintf(c->lockname, sizeof c->lockname, "%s.lock", c->key);
	snapshot_adopt();
	r = carry(c, mode, why);
	close(c->box);
	config_free(&c->conf);
	free(c->bag.l);
	free(c->x);
	free(c);
	return r;
}

int
deliverer_tidy(const struct task *t, const struct config *c, char why[WHY])
{
	struct spool b = { 0 };
	struct manifest m;
	int box = outbox_open(t), left = -1;

	if (box < 0)
		return errno == ENOENT ? 0 : err_why(why, "open outbox:");
	spool_sweep(c, box);
	spool_recount(t, box);
	if (!manifest_read(t->fd, &m, why) && !spool_fill(&b, t, box, NULL, why)) {
		left = b.n;
		/* What there is somebody for, a courier buries when it has tried. */
		for (int i = 0; i < b.n && !outbox_wanted(c); i++)
			if (clock_now() - (long long)b.l[i].since.tv_sec >= config_num(c, &m, "notify_keep") && !spool_bury(t, box, b.l[i].name, b.l[i].id, "no notifier is configured", why))
				left--;
	}
	free(b.l);
	close(box);
	return left;
}
