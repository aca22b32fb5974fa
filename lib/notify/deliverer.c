/*
 * deliverer - delivers a task's notices to one notifier
 *
 * The deliverer of a notifier holds outbox/KEY.lock. A tool that puts a notice writes the file and
 * then tries the lock; a deliverer that lets go of the lock looks into the outbox once more. So one
 * of the two always sees the notice.
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
#include "base/pairs.h"
#include "notice/outbox.h"
#include "notice/spool.h"
#include "notify/notifier.h"
#include "proc/lock.h"
#include "proc/process.h"
#include "task/history.h"
#include "task/quiet_hours.h"

enum {
	PAUSE_MS = 1000, PAUSE_MAX_MS = 300 * 1000, DAY_S = 86400,
	LEAVE_MS = 5000, /* for another deliverer to leave, once its notifier has ended */
	PROBES = 2       /* failures in a row that end a round */
};

struct deliverer {
	const struct task *t;
	const char *notifier;
	char name[NAME_SIZE], key[SPOOL_KEY], lockname[SPOOL_KEY + 8];
	int box, lock;
	struct notifier_run run;
	struct config conf;
	struct manifest m;
	struct spool spool;
	struct message_text *x;
	struct quiet_hours quiet;
	int failures;              /* failed rounds in a row */
	long long retry_at;        /* clock_ms */
	long long began_ms, began; /* clock_ms and clock_now at the start */
	char failure[WHY];         /* the last one in history */
};

/* Reads the settings again, as they may change meanwhile. 1 the notifier is still named; 0; -1. */
static int
reload(struct deliverer *d, char why[WHY])
{
	const char *line;
	long long s;
	int i = 0;

	config_free(&d->conf);
	config_load(&d->conf, why); /* the good lines of a wrong config count */
	if (manifest_read(d->t->fd, &d->m, why) ||
		quiet_hours_parse(config_get(&d->conf, &d->m, "quiet_hours"), &d->quiet, why))
		return -1;
	s = config_num(&d->conf, &d->m, "notify_timeout");
	d->run.timeout_ms = (long)(s > 0 && s < DAY_S ? s : DAY_S) * 1000;
	while ((line = config_line(&d->conf, "notify", i)) && strcmp(line, d->notifier))
		i++;
	return line != NULL;
}

static int
load(struct deliverer *d, char why[WHY])
{
	return spool_load(&d->spool, d->t, d->box, d->key, why);
}

static int
due(const struct deliverer *d, const struct message *m)
{
	return verdict_parse(m->verdict) == ESCALATE || !quiet_hours_until(&d->quiet, clock_now());
}

/* If the wall clock is changed while we run, notices do not expire by it. */
static int
expired(const struct deliverer *d, const struct message *m)
{
	long long now = d->began + (clock_ms() - d->began_ms) / 1000;

	return now - (long long)m->since.tv_sec >= config_num(&d->conf, &d->m, "notify_keep");
}

static void
record(const struct deliverer *d, const char *event, const struct message *m, const char *reason)
{
	history_add(d->t->fd, event, PAIRS("id", m->id, "notifier", d->name, "reason", reason));
}

/* 0 told, or gone; 1 not told; -1 with why. A notice expires only after a last attempt. */
static int
deliver(struct deliverer *d, struct message *m, char why[WHY])
{
	char failed[WHY], because[WHY];

	if (message_read(d->box, m->name, m, d->x, failed))
		return 0; /* if it is broken now, the next spool_load gives it up */
	if (!notifier_run(&d->run, d->box, m, d->x, failed)) {
		record(d, "told", m, "");
		*d->failure = 0;
		return spool_mark_told(&d->conf, d->box, m, d->key, why);
	}
	if (strcmp(d->failure, failed))
		record(d, "not_told", m, failed);
	snprintf(d->failure, sizeof d->failure, "%s", failed);
	if (!expired(d, m))
		return 1;
	snprintf(because, sizeof because, "%s: %.400s", d->name, failed);
	return spool_give_up(d->t, d->box, m->name, m->id, because, why) ? -1 : 1;
}

/* Exchanges message i with a later one, another each time. */
static void
bring_forward(struct deliverer *d, int i)
{
	int at = i + d->failures % (d->spool.n - i);
	struct message *list = d->spool.message, m = list[i];

	if (!due(d, &list[at]))
		return;
	list[i] = list[at];
	list[at] = m;
}

/*
 * Delivers one notice after the other. After the first failure some other notice is tried, which
 * tells whether the notifier fails or refuses that notice: a refused one must not hold up the
 * rest. Two failures in a row end the round. 0; 1 if one failed; -1 with why.
 */
static int
one_round(struct deliverer *d, char why[WHY])
{
	struct message *list = d->spool.message;
	int failed = 0, in_row = 0, n = d->spool.n;

	for (int i = 0; i < n && in_row < PROBES && !d->run.leave; i++) {
		int probe = failed == 1, r;

		if (!due(d, &list[i]))
			continue;
		if (probe)
			bring_forward(d, i);
		if ((r = deliver(d, &list[i], why)) < 0)
			return -1;
		in_row = r ? in_row + 1 : 0;
		failed += r || probe;
		if (probe && !r)
			qsort(list + i + 1, (size_t)(n - i - 1), sizeof *list, message_order);
	}
	d->failures = failed ? d->failures + 1 : 0;
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
any_due(const struct deliverer *d)
{
	for (int i = 0; i < d->spool.n; i++)
		if (due(d, &d->spool.message[i]))
			return 1;
	return 0;
}

/*
 * Sleeps until the next try, the end of quiet hours or a signal, and for some minutes at most,
 * since a notice from another host comes without a signal.
 */
static void
rest(struct deliverer *d)
{
	long long ms = d->retry_at - clock_ms(), end;

	if (!any_due(d) && (end = quiet_hours_until(&d->quiet, clock_now())))
		ms = (end - clock_now()) * 1000;
	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	if (ms > 0)
		notifier_sleep(&d->run, (long)ms);
	if (d->run.wake)
		d->retry_at = 0;
	d->run.wake = 0;
}

/* 0: no notice is left for us; 1: asked to leave, or the one round is over; -1 with why. */
static int
work(struct deliverer *d, enum deliverer_mode mode, char why[WHY])
{
	int wanted, r;

	for (;;) {
		if ((wanted = reload(d, why)) <= 0)
			return wanted;
		if (load(d, why))
			return -1;
		if (!d->spool.n)
			return 0;
		if (d->run.leave)
			return 1;
		if (any_due(d) && clock_ms() >= d->retry_at) {
			if ((r = one_round(d, why)) < 0)
				return -1;
			d->retry_at = r ? clock_ms() + pause_ms(d->failures) : 0;
			if (mode == DELIVERER_STAY)
				continue;
			return load(d, why) ? -1 : d->spool.n > 0;
		}
		if (mode == DELIVERER_ONCE)
			return 1;
		rest(d);
	}
}

/* 1 we have the lock; 0 another deliverer has it, and now looks again; -1 with why. */
static int
take_lock(struct deliverer *d, enum deliverer_mode mode, char why[WHY])
{
	d->lock = lock_life(d->box, d->lockname);
	/* On TERM the other one finishes the notice that it is delivering. */
	if (d->lock < 0 && errno == EBUSY && mode == DELIVERER_ONCE &&
		lock_signal(d->box, d->lockname, 0, SIGTERM) >= 0) {
		lock_wait(d->box, d->lockname, d->run.timeout_ms + LEAVE_MS, NULL);
		d->lock = lock_life(d->box, d->lockname);
	}
	if (d->lock >= 0)
		return 1;
	if (errno != EBUSY)
		return err_why(why, "lock outbox/%s:", d->lockname);
	lock_signal(d->box, d->lockname, 0, SIGCONT);
	return 0;
}

static int
run(struct deliverer *d, enum deliverer_mode mode, char why[WHY])
{
	for (;;) {
		int r = take_lock(d, mode, why);

		if (r <= 0)
			return r < 0 ? -1 : 1;
		r = work(d, mode, why);
		close(d->lock);
		if (r)
			return r;
		if (reload(d, why) <= 0 || load(d, why) || !d->spool.n)
			return 0;
	}
}

int
deliverer_run(const struct task *t, const char *notifier, enum deliverer_mode mode, char why[WHY])
{
	struct deliverer *d = calloc(1, sizeof *d);
	struct message_text *x = malloc(sizeof *x);
	size_t n = strcspn(notifier, " \t");
	int r = -1;

	if (!d || !x) {
		err_why(why, "no memory");
	} else if ((d->box = outbox_open(t)) < 0) {
		r = errno == ENOENT ? 0 : err_why(why, "open outbox:");
	} else {
		d->t = t;
		d->x = x;
		d->began_ms = clock_ms();
		d->began = clock_now();
		d->notifier = notifier;
		snprintf(d->name, sizeof d->name, "%.*s", (int)n, notifier);
		d->run = (struct notifier_run){ .name = d->name, .timeout_ms = 30000,
			.arg = notifier + n + strspn(notifier + n, " \t") };
		spool_key(notifier, d->key);
		snprintf(d->lockname, sizeof d->lockname, "%s.lock", d->key);
		process_adopt();
		r = run(d, mode, why);
		close(d->box);
		config_free(&d->conf);
		free(d->spool.message);
	}
	free(x);
	free(d);
	return r;
}

int
deliverer_tidy(const struct task *t, const struct config *c, char why[WHY])
{
	struct spool s = { 0 };
	struct manifest m;
	int box = outbox_open(t), left = -1;

	if (box < 0)
		return errno == ENOENT ? 0 : err_why(why, "open outbox:");
	spool_sweep(c, box);
	spool_recount(t, box);
	if (!manifest_read(t->fd, &m, why) && !spool_load(&s, t, box, NULL, why)) {
		long long keep = config_num(c, &m, "notify_keep");

		left = s.n;
		/* Where a notifier is configured, its deliverer gives up expired notices. */
		for (int i = 0; i < s.n && !outbox_wanted(c); i++)
			if (clock_now() - (long long)s.message[i].since.tv_sec >= keep &&
				!spool_give_up(t, box, s.message[i].name, s.message[i].id,
					"no notifier is configured", why))
				left--;
	}
	free(s.message);
	close(box);
	return left;
}
