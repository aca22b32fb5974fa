/*
 * rca-wait TASK... - blocks until tasks have ended, or until what is asked for has come
 *
 * One sleeper: news of changes in the task directories, and the nearest of the times that matter. Where the system has no such news, and there is one task, it sleeps on that one's lock.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "conf.h"
#include "err.h"
#include "life.h"
#include "lock.h"
#include "manifest.h"
#include "match.h"
#include "task.h"
#include "trail.h"
#include "watch.h"

enum { READ_SIZE = 65536, SECONDS_MAX = 1000000000 };

enum until { UNTIL_END, UNTIL_MATCH, UNTIL_READY, UNTIL_IDLE, UNTIL_STATUS };

struct order {
	enum until until;
	const char *regex;
	enum status status;
	long long idle_s, timeout_s; /* timeout -1: none */
	int first;                     /* one is enough */
};

struct waiting {
	struct task t;
	struct life l;
	struct trail log;
	struct match *match;
	int over;
	long long due; /* clock_ms when it is to be looked at, whatever happens; -1: no such time */
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
		err_die(EX_CALLER, "-%c %s: not a whole number of seconds from %lld up", option, arg, least);
	return v;
}

static void
status_order(struct order *o, const char *word)
{
	o->until = UNTIL_STATUS;
	if (!strcmp(word, "ready"))
		o->until = UNTIL_READY;
	else if ((o->status = status_parse(word)) == ST_LAST)
		err_die(EX_CALLER, "-s %s: no such status (see rca(7))", word);
}

static void
begin_match(const struct order *o, struct waiting *w, const struct conf *c)
{
	const char *regex = o->regex;
	struct manifest m;
	char why[WHY];

	if (manifest_read(w->t.fd, &m, why))
		err_die(errno == EINVAL || errno == EFBIG ? EX_CALLER : EX_SYSTEM, "%s: %s", w->t.name, why);
	if (o->until == UNTIL_READY)
		regex = conf_get(c, &m, "ready");
	if (!*regex)
		err_die(EX_CALLER, "%s: has no setting ready: give the expression with -r", w->t.name);
	if (!(w->match = malloc(sizeof *w->match)))
		err_die(EX_SYSTEM, "malloc:");
	if (match_init(w->match, regex, o->until == UNTIL_READY, why))
		err_die(EX_CALLER, "%s", why);
	if (trail_open(&w->log, w->t.fd, "output.log"))
		err_die(EX_SYSTEM, "%s: open output.log:", w->t.name);
}

static int
matches(struct waiting *w, struct watch *news)
{
	char buf[READ_SIZE];
	ssize_t n;

	while ((n = trail_read(&w->log, buf, sizeof buf)) > 0) {
		watch_stir(news);
		match_feed(w->match, buf, (size_t)n);
		if (!w->match->afresh && match_found(w->match))
			return 1;
	}
	if (n < 0)
		err_die(EX_SYSTEM, "%s: read output.log:", w->t.name);
	return match_found(w->match);
}

/* Whole seconds since it last wrote anything, rather one too few. What comes through a terminal is told by progress; output.log gets a line that is being redrawn only when it stands still. */
static long long
quiet_s(const struct task *t)
{
	static const char *const names[] = { "events.jsonl", "stderr.log", "check.log", "progress", "pid" };
	time_t last = 0;
	struct stat st;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!fstatat(t->fd, names[i], &st, AT_SYMLINK_NOFOLLOW) && st.st_mtime > last)
			last = st.st_mtime;
	return clock_now() - last - 1;
}

/* Whether what is asked for is there; word says it, NULL if not. */
static const char *
come(const struct order *o, struct waiting *w, struct watch *news)
{
	long long quiet;

	switch (o->until) {
	case UNTIL_MATCH:
	case UNTIL_READY:
		return matches(w, news) ? o->until == UNTIL_READY ? "ready" : "matched" : NULL;
	case UNTIL_STATUS:
		/* A wrapper that was killed leaves the word behind. */
		return w->l.status == o->status && (o->status != ST_RUNNING || w->l.held) ? status_word(o->status) : NULL;
	case UNTIL_IDLE:
		if (!w->l.held || w->l.is != LIFE_ON)
			return NULL;
		if ((quiet = quiet_s(&w->t)) >= o->idle_s)
			return "idle";
		w->due = clock_ms() + (o->idle_s - quiet) * 1000;
		return NULL;
	case UNTIL_END:
		break;
	}
	return w->l.is == LIFE_OVER && w->l.status == ST_COMPLETED ? status_word(ST_COMPLETED) : NULL;
}

static void
tell(struct waiting *w, const char *word)
{
	printf("%s %s\n", w->t.name, word);
	err_flush();
	w->over = 1;
}

/* One look at a task. The exit code, once it is over. */
static int
look(const struct order *o, struct waiting *w, struct watch *news)
{
	struct manifest m;
	const char *word;
	char why[WHY];
	long ends;
	int r = life_look(&w->t, &w->l, &m, why);

	w->due = -1;
	if (r) {
		err_warn("%s", why);
		w->over = 1;
		return r;
	}
	ends = life_ends_in(&w->l);
	if ((word = come(o, w, news))) {
		tell(w, word);
		return EX_YES;
	}
	if (!ends) {
		tell(w, life_word(&w->l));
		if (w->l.is == LIFE_LEFT && !w->l.given_up)
			err_warn("%s: nobody carries it on (%s): rca-monitor -d does", w->t.name, manifest_get(&m, "status"));
		return EX_NO;
	}
	if (ends > 0 && (w->due < 0 || w->due > clock_ms() + ends))
		w->due = clock_ms() + ends;
	return EX_YES;
}

static long
until_ms(long long at, long long now)
{
	return at < 0 ? -1 : at > now ? (long)(at - now) : 0;
}

/* Sleeps until one of them is to be looked at, or the time is up. */
static void
nap(const struct order *o, struct waiting *all, int n, struct watch *news, long long end)
{
	struct waiting *last = NULL;
	long long at = end, now = clock_ms();
	int pending = 0;

	for (int i = 0; i < n; i++) {
		if (all[i].over)
			continue;
		pending++;
		last = &all[i];
		if (all[i].due >= 0 && (at < 0 || all[i].due < at))
			at = all[i].due;
	}
	if (o->until == UNTIL_END && pending == 1 && last->l.held && watch_slow(news) >= 0) {
		if (lock_wait(last->t.fd, "lock", until_ms(at, now), NULL) >= 0 || errno == EINTR) {
			last->due = clock_ms();
			return;
		}
	}
	if (watch_wait(news, until_ms(at, now)) < 0 && errno != EINTR)
		err_die(EX_SYSTEM, "wait for changes:");
}

static int
timed_out(const struct order *o, const struct waiting *all, int n)
{
	for (int i = 0; i < n; i++)
		if (!all[i].over)
			err_warn("%s: timed out after %lld s: %s", all[i].t.name, o->timeout_s, status_word(all[i].l.status));
	return EX_TIMEOUT;
}

static int
wait_for(const struct order *o, struct waiting *all, int n, struct watch *news)
{
	long long end = o->timeout_s < 0 ? -1 : clock_ms() + o->timeout_s * 1000;
	int code = EX_YES;

	for (;;) {
		int pending = 0;

		for (int i = 0; i < n; i++) {
			struct waiting *w = &all[i];

			if (!w->over && (watch_changed(news, i) || (w->due >= 0 && clock_ms() >= w->due))) {
				int r = look(o, w, news);

				if (w->over && o->first)
					return r;
				if (r > code)
					code = r;
			}
			pending += !w->over;
		}
		if (!pending)
			return code;
		if (end >= 0 && clock_ms() >= end)
			return timed_out(o, all, n);
		nap(o, all, n, news, end);
	}
}

int
main(int argc, char **argv)
{
	struct order o = { .until = UNTIL_END, .timeout_s = -1 };
	struct waiting *all;
	struct watch *news;
	struct conf conf;
	char why[WHY];
	int c, n, asked = 0;

	err_setprog(argv[0]);
	while ((c = getopt(argc, argv, "1i:r:s:t:V")) != -1)
		switch (c) {
		case '1': o.first = 1; break;
		case 'i': o.until = UNTIL_IDLE; o.idle_s = seconds(c, optarg, 1); asked++; break;
		case 'r': o.until = UNTIL_MATCH; o.regex = optarg; asked++; break;
		case 's': status_order(&o, optarg); asked++; break;
		case 't': o.timeout_s = seconds(c, optarg, 0); break;
		case 'V': err_version();
		default: usage();
		}
	n = argc - optind;
	if (n < 1 || asked > 1)
		usage();
	if (conf_load(&conf, why))
		err_die(EX_CALLER, "%s", why);
	if (!(all = calloc((size_t)n, sizeof *all)) || !(news = watch_new()))
		err_die(EX_SYSTEM, "calloc:");
	for (int i = 0; i < n; i++) {
		task_open_or_die(&all[i].t, argv[optind + i]);
		all[i].due = -1;
		if (watch_add(news, all[i].t.fd, all[i].t.path, o.until == UNTIL_MATCH || o.until == UNTIL_READY) < 0)
			err_die(EX_SYSTEM, "%s: watch:", all[i].t.name);
		if (o.until == UNTIL_MATCH || o.until == UNTIL_READY)
			begin_match(&o, &all[i], &conf);
	}
	return wait_for(&o, all, n, news);
}
