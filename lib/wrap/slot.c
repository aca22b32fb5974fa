/*
 * slot - one of the N attempts of an RCA_HOME that may run at once
 *
 * Those that wait stand in a queue (ticket.h) and sleep on each other's locks. Only the first looks
 * at the slots: when one in slots/ changes and, as a killed holder on another host is not told of,
 * now and then.
 */
#include "wrap/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/pairs.h"
#include "base/trust.h"
#include "engine/orphans.h"
#include "engine/stop_signal.h"
#include "file/file.h"
#include "file/watch.h"
#include "probe/effective.h"
#include "proc/lock.h"
#include "proc/selfpipe.h"
#include "proc/ticket.h"
#include "proc/trim.h"
#include "task/history.h"
#include "task/queued.h"
#include "wrap/finish.h"
#include "wrap/launcher.h"
#include "wrap/remote.h"

enum {
	SOON_MS = 100,   /* so long a turn may take before the task is called queued */
	LOOK_MS = 250    /* between two looks of the first in the queue */
};

struct slots {
	int dir;
	char path[PATH_MAX + 8];
	struct ticket q;
	struct watch *watch;    /* of the first alone: a user may have few of them */
	volatile sig_atomic_t *came;
	int said;               /* the task is called queued */
	enum stop_signal stop;  /* what a signal asked for ... */
	int sig;                /* ... and which */
};

static int held = -1; /* the slot's descriptor: its lock goes with it, or when we end */

/* How many may run at once, as the config says now; 0: this task needs no slot. */
static long long
bound(const struct attempt *a)
{
	struct config c;
	char why[WHY];
	long long n;

	config_load(&c, why);
	n = effective_service(a->task, a->m, &c) || !strcmp(config_get(&c, a->m, "slot"), "no")
		? 0 : config_num(&c, NULL, "slots");
	config_free(&c);
	return n;
}

static int
open_slots(struct slots *s, char why[WHY])
{
	char home[PATH_MAX];

	if (task_home(home, sizeof home, why))
		return -1;
	snprintf(s->path, sizeof s->path, "%s/slots", home);
	if (mkdir(s->path, 0700) && errno != EEXIST)
		return err_why(why, "make %s:", s->path);
	s->dir = open(s->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->dir < 0)
		return err_why(why, "open %s:", s->path);
	if (trust_path(s->path, TRUST_OURS, why))
		return -1;
	return ticket_draw(&s->q, s->dir, "queue") ? err_why(why, "lock %s/queue:", s->path) : 0;
}

/*
 * Takes the first free one, unless n are held, also beyond a bound that was lowered. The first that
 * is not there ends them. 1 taken, 0 none is free, -1 with errno.
 */
static int
look(const struct slots *s, long long n)
{
	char name[24], first[24] = "";
	long long i = 0, taken = 0;
	int r, there = 1;

	for (; there; i++) {
		snprintf(name, sizeof name, "%lld", i);
		if ((there = file_there(s->dir, name)) < 0 || (r = lock_held(s->dir, name)) < 0)
			return -1;
		taken += r;
		if (!r && !*first && i < n)
			memcpy(first, name, sizeof first);
	}
	if (!*first || taken >= n)
		return 0;
	held = lock_take(s->dir, first);
	return held >= 0 ? 1 : errno == EBUSY ? 0 : -1;
}

/* What a signal asks for, or a file of those who cannot send one. */
static enum stop_signal
asked(const struct attempt *a, int *sig)
{
	enum stop_signal s;

	while ((*sig = selfpipe_next()))
		if ((s = stop_signal_means(a->task, manifest_get(a->m, "engine"), *sig)))
			return s;
	*sig = SIGTERM;
	return stop_signal_asked(a->task);
}

/* What a dead attempt left holds no slot, so it must not run on beside those that do. */
static void
say_queued(const struct attempt *a, struct slots *s)
{
	char reason[QUEUED_REASON], why[WHY];

	s->said = 1;
	history_add(a->task->fd, "queued", PAIRS("because", "slot"));
	if (manifest_change(a->task->fd, PAIRS("status", "launching",
		"reason", queued_reason("slot", reason),
		"abandon_reason", "", "abandoned_at", ""), why))
		err_warn("%s: %s", a->task->name, why);
	launcher_tell();
	err_warn("%s: %s: all slots are taken", a->task->name, reason);
	if (manifest_num(a->m, "attempt", 0) > 0)
		orphans_end(a->task, attempt_grace_ms(a));
	trim_down();
}

/* Does not sleep when it begins to watch, because something may have changed before. */
static void
pause_first(struct slots *s)
{
	if (s->watch)
		watch_wait(s->watch, LOOK_MS);
	else if (!(s->watch = watch_new()) || watch_add(s->watch, s->dir, s->path, 0) < 0)
		poll(NULL, 0, LOOK_MS);
}

/*
 * 0: a slot is taken, or none is needed any more, or s->stop says why we end; -1 with errno. Those
 * behind the first look as seldom as a running wrapper does: for files, and in case it is stopped.
 */
static int
wait_turn(const struct attempt *a, struct slots *s)
{
	for (;;) {
		long long n;
		int first, r;

		*s->came = 0;
		if ((s->stop = asked(a, &s->sig)) != STOP_NOT)
			return 0;
		first = ticket_wait(&s->q, s->said ? attempt_look_ms(a) : SOON_MS, s->came);
		if (first < 0 && errno == EDEADLK) /* some systems suspect more than there is */
			poll(NULL, 0, LOOK_MS);
		else if (first < 0 && errno != EINTR)
			return -1;
		if (first > 0 || (first == 0 && s->said)) {
			if (!(n = bound(a)) || (r = look(s, n)) > 0)
				return 0;
			if (r < 0)
				return -1;
		}
		if (!s->said)
			say_queued(a, s);
		else if (first > 0)
			pause_first(s);
	}
}

static enum slot
ended(const struct attempt *a, const struct slots *s, struct outcome *o, char why[WHY])
{
	outcome_cut(o, s->stop == STOP_TASK, 128 + s->sig);
	o->unbegun = manifest_num(a->m, "unbegun", 0) > 0; /* as before: nothing has run */
	return finish_write(a->task, o, why) ? SLOT_FAILED : SLOT_ENDED;
}

enum slot
slot_take(struct attempt *a, struct outcome *o, char why[WHY])
{
	struct slots s = { .dir = -1, .q = { .fd = -1 } };
	int r = -1;

	if (held >= 0 || !bound(a)) {
		launcher_tell();
		return SLOT_TAKEN;
	}
	a->code = EX_SYSTEM;
	remote_end(&(struct remote){ .task = a->task });
	if (!open_slots(&s, why)) {
		s.came = selfpipe_break(1);
		if ((r = wait_turn(a, &s)))
			err_why(why, "wait for a slot:");
		selfpipe_break(0);
	}
	ticket_drop(&s.q);
	watch_free(s.watch);
	file_close(s.dir);
	if (r)
		return SLOT_FAILED;
	if (s.stop != STOP_NOT)
		return ended(a, &s, o, why);
	launcher_tell();
	return s.said ? SLOT_WAITED : SLOT_TAKEN;
}

void
slot_leave(void)
{
	held = file_close(held);
}
