/*
 * rca-wait TASK... - blocks until tasks have ended, or until what is asked for has come
 *
 * Who waits for the end of one task that runs sleeps on its lock. All others sleep on news of changes in the task directories, up to the nearest of the times that matter. Those
 * are asked for late and given up early: to let go of them takes Linux some 15 ms, which is not to lie between a task's end and ours.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "file/watch.h"
#include "proc/inherit.h"
#include "proc/lock.h"
#include "task/config.h"
#include "task/liveness.h"
#include "task/manifest.h"
#include "task/status.h"
#include "task/task.h"
#include "wait/condition.h"

enum {
	SECONDS_MAX = 2000000, /* 23 days: what a long holds in milliseconds everywhere */
	LOCK_MS = 60000 /* a wrapper may have been stopped between writing done and letting go */
};

struct waiting {
	struct task t;
	struct liveness l;
	struct condition_watch sight;
	int over;
	int number;    /* of its directory in news */
	long long due; /* clock_ms when it is to be looked at, whatever happens; -1: no such time */
};

struct scene {
	struct condition sign;
	int first;           /* one of them is enough */
	long long timeout_s; /* -1: none */
	struct waiting *all;
	int n;
	struct watch *news; /* NULL: not asked for */
};

static void
usage(void)
{
	fprintf(stderr, "usage: rca-wait [-1V] [-i seconds | -r regex | -s status] [-t seconds] task ...\n");
	exit(EX_CALLER);
}

static long long
seconds(int option, const char *arg, long long least)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end || errno || v < least || v > SECONDS_MAX)
		err_die(EX_CALLER, "-%c %s: not a whole number of seconds from %lld to %d", option, arg, least, SECONDS_MAX);
	return v;
}

static void
wait_for_status(struct condition *s, const char *word)
{
	s->kind = CONDITION_STATUS;
	if (!strcmp(word, "ready"))
		s->kind = CONDITION_READY;
	else if ((s->status = status_parse(word)) == ST_LAST)
		err_die(EX_CALLER, "-s %s: no such status (see rca(7))", word);
}

static void
tell(struct waiting *w, const char *word)
{
	printf("%s %s\n", w->t.name, word);
	err_flush();
	w->over = 1;
}

static int
give_up(struct waiting *w, int code, const char *why)
{
	err_warn("%s", why);
	w->over = 1;
	return code;
}

/* One look at a task. The exit code, once it is over. */
static int
look(const struct condition *s, struct waiting *w)
{
	struct manifest m;
	const char *word;
	char why[WHY];
	long ends, ms = -1;
	int r = liveness_look(&w->t, &w->l, &m, why);

	if (r)
		return give_up(w, r, why);
	ends = liveness_ends_in(&w->l);
	if ((r = condition_seen(s, &w->sight, &w->t, &w->l, &word, &ms)) < 0) {
		err_why(why, "%s: read output.log:", w->t.name);
		return give_up(w, EX_SYSTEM, why);
	}
	if (r || !ends)
		tell(w, r ? word : liveness_word(&w->l));
	if (!r && !ends && w->l.is == LIVENESS_LEFT && !w->l.given_up)
		err_warn("%s: nobody carries it on (%s): rca-monitor -d does", w->t.name, manifest_get(&m, "status"));
	if (ms < 0 || (ends > 0 && ends < ms))
		ms = ends;
	w->due = ms < 0 ? -1 : clock_ms() + ms;
	return !r && !ends ? EX_NO : EX_YES;
}

static long
until_ms(long long at, long long now)
{
	return at < 0 ? -1 : at > now ? (long)(at - now) : 0;
}

/* From when on no change is missed: they are all to be looked at once more. */
static void
ask_for_news(struct scene *s)
{
	if (!(s->news = watch_new()))
		err_die(EX_SYSTEM, "calloc:");
	for (int i = 0; i < s->n; i++) {
		struct waiting *w = &s->all[i];

		if (!w->over && (w->number = watch_add(s->news, w->t.fd, w->t.path, w->sight.match != NULL)) < 0)
			err_die(EX_SYSTEM, "%s: watch:", w->t.name);
	}
}

/* 0 if that cannot be had. */
static int
sleep_on_lock(struct scene *s, struct waiting *w, long ms)
{
	watch_free(s->news);
	s->news = NULL;
	if (lock_wait(w->t.fd, "lock", ms < 0 || ms > LOCK_MS ? LOCK_MS : ms, NULL) < 0 && errno != EINTR)
		return 0;
	w->due = clock_ms();
	return 1;
}

/* Sleeps until one of them may be looked at, or the time is up. */
static void
nap(struct scene *s, long long end)
{
	struct waiting *last = NULL;
	long long at = end, now = clock_ms();
	int pending = 0;

	for (int i = 0; i < s->n; i++) {
		if (s->all[i].over)
			continue;
		pending++;
		last = &s->all[i];
		if (last->due >= 0 && (at < 0 || last->due < at))
			at = last->due;
	}
	if (s->sign.kind == CONDITION_COMPLETED && pending == 1 && last->l.held && sleep_on_lock(s, last, until_ms(at, now)))
		return;
	if (!s->news)
		ask_for_news(s);
	else if (watch_wait(s->news, until_ms(at, now)) < 0 && errno != EINTR)
		err_die(EX_SYSTEM, "wait for changes:");
}

/* " until TIME" of a limited one; "" else. */
static void
until_when(const struct waiting *w, char buf[64])
{
	struct manifest m;
	char why[WHY];

	*buf = '\0';
	if (w->l.status == ST_LIMITED && !manifest_read(w->t.fd, &m, why))
		snprintf(buf, 64, "%s %.32s",
			*manifest_get(&m, "resume_unsure") ? ", looked at again at" : " until",
			manifest_get(&m, "resume_at"));
}

static int
timed_out(const struct scene *s)
{
	char when[64];

	for (int i = 0; i < s->n; i++) {
		if (s->all[i].over)
			continue;
		until_when(&s->all[i], when);
		err_warn("%s: timed out after %lld s: %s%s", s->all[i].t.name, s->timeout_s,
			status_word(s->all[i].l.status), when);
	}
	return EX_TIMEOUT;
}

/* Looks at those of which there is news, or whose time has come. 1: it is all over. */
static int
turn(struct scene *s, int *code)
{
	int pending = 0;

	for (int i = 0; i < s->n; i++) {
		struct waiting *w = &s->all[i];
		int r;

		if (w->over)
			continue;
		if ((s->news && watch_changed(s->news, w->number)) || (w->due >= 0 && clock_ms() >= w->due)) {
			r = look(&s->sign, w);
			if (w->over && s->first) {
				*code = r;
				return 1;
			}
			if (r > *code)
				*code = r;
		}
		pending += !w->over;
	}
	return !pending;
}

static int
wait_for(struct scene *s)
{
	long long end = s->timeout_s < 0 ? -1 : clock_ms() + s->timeout_s * 1000;
	int code = EX_YES;

	while (!turn(s, &code)) {
		if (end >= 0 && clock_ms() >= end)
			return timed_out(s);
		nap(s, end);
	}
	return code;
}

static void
open_tasks(struct scene *s, char **names)
{
	struct config conf;
	char why[WHY];
	int r;

	if (config_load(&conf, why) && s->sign.kind == CONDITION_READY)
		err_die(EX_CALLER, "%s", why);
	if (!(s->all = calloc((size_t)s->n, sizeof *s->all)))
		err_die(EX_SYSTEM, "calloc:");
	for (int i = 0; i < s->n; i++) {
		struct waiting *w = &s->all[i];

		task_open_or_die(&w->t, names[i]);
		if ((r = condition_begin(&s->sign, &w->sight, &w->t, &conf, why)))
			err_die(r, "%s: %s", w->t.name, why);
	}
	config_free(&conf);
}

static void
close_tasks(struct scene *s)
{
	for (int i = 0; i < s->n; i++) {
		condition_end(&s->all[i].sight);
		task_close(&s->all[i].t);
	}
	free(s->all);
	watch_free(s->news);
}

int
main(int argc, char **argv)
{
	struct scene s = { .timeout_s = -1 };
	int c, asked = 0;

	inherit_reset(INHERIT_ANSWERS);
	err_setprog(argv[0]);
	while ((c = getopt(argc, argv, "1i:r:s:t:V")) != -1)
		switch (c) {
		case '1': s.first = 1; break;
		case 'i': s.sign.kind = CONDITION_IDLE; s.sign.idle_s = seconds(c, optarg, 1); asked++; break;
		case 'r': s.sign.kind = CONDITION_LINE; s.sign.regex = optarg; asked++; break;
		case 's': wait_for_status(&s.sign, optarg); asked++; break;
		case 't': s.timeout_s = seconds(c, optarg, 0); break;
		case 'V': err_version();
		default: usage();
		}
	s.n = argc - optind;
	if (s.n < 1 || asked > 1)
		usage();
	open_tasks(&s, argv + optind);
	c = wait_for(&s);
	close_tasks(&s);
	return c;
}
