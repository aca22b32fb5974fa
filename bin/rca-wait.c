/*
 * rca-wait TASK... - blocks until tasks have ended, or until a condition is met
 *
 * The end of one running task is waited for on its lock; everything else on changes in the task
 * directories, up to the next time that matters. Watching for changes begins late and ends early:
 * Linux takes 15 ms to end it, which must not lie between a task's end and ours.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "file/watch.h"
#include "proc/tool.h"
#include "proc/lock.h"
#include "task/config.h"
#include "task/liveness.h"
#include "task/manifest.h"
#include "task/status.h"
#include "task/summary.h"
#include "task/task.h"
#include "wait/condition.h"

enum {
	SECONDS_MAX = 2000000, /* 23 days: as milliseconds they fit any long */
	LOCK_MS = 60000 /* look again: a wrapper may be stopped after it wrote done */
};

struct waiting {
	struct task t;
	struct liveness l;
	struct condition_watch watch;
	int over;
	int number;    /* of its directory in changes */
	long long due; /* clock_ms of the next look, even without a change; -1: none */
};

struct waiter {
	struct condition condition;
	int first;             /* option -1: one task is enough */
	long long timeout_s;   /* -1: none */
	struct waiting *all;
	int n;
	struct watch *changes; /* NULL: not watched */
};

static const char help[] =
	"usage: rca-wait [-1hV] [-i seconds | -p | -r regex | -s status] [-t seconds]\n"
	"                task ...\n"
	"\n"
	"Wait for the end of tasks, or for a line, status, prompt or silence.\n"
	"\n"
	"  -1                wait for the first of the tasks only\n"
	"  -i seconds        until the task has been silent for so long\n"
	"  -p                until its screen is back at a prompt\n"
	"  -r regex          until a line of its log matches (extended regex)\n"
	"  -s status         until it has this status, or `ready'\n"
	"  -t seconds        wait no longer; exit 99\n";

static long long
seconds(int option, const char *arg, long long least)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end || errno || v < least || v > SECONDS_MAX)
		err_die(EX_CALLER, "-%c %s: not a whole number of seconds from %lld to %d", option,
		        arg, least, SECONDS_MAX);
	return v;
}

static void
wait_for_status(struct condition *s, const char *word)
{
	s->kind = CONDITION_STATUS;
	if (!strcmp(word, "ready"))
		s->kind = CONDITION_READY;
	else if ((s->status = status_parse(word)) == ST_LAST)
		err_die(EX_CALLER, "-s %s: no such status: there are%s ready", word,
			status_all());
}

static void
tell(struct waiting *w, const char *word)
{
	printf("%s %s\n", w->t.name, word);
	err_flush();
	w->over = 1;
}

/* For a person: scripts read only the word, and keep standard error for complaints. */
static void
tell_outcome(const struct waiting *w, const struct manifest *m)
{
	char line[SUMMARY_LINE];

	if (isatty(STDERR_FILENO) && summary_line(&w->t, m, w->l.is == LIVENESS_LEFT, line))
		fprintf(stderr, "%s %s\n", w->t.name, line);
}

static int
give_up(struct waiting *w, int code, const char *why)
{
	err_warn("%s", why);
	w->over = 1;
	return code;
}

/* Looks at a task once. Its exit code if it is over then. */
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
	if ((r = condition_seen(s, &w->watch, &w->t, &w->l, &m, &word, &ms)) < 0) {
		err_why(why, "%s: read output.log:", w->t.name);
		return give_up(w, EX_SYSTEM, why);
	}
	if (r || !ends)
		tell(w, r ? word : liveness_word(&w->l));
	if (!ends && (!r || s->kind == CONDITION_COMPLETED))
		tell_outcome(w, &m);
	if (!r && !ends && w->l.is == LIVENESS_LEFT && !w->l.given_up)
		err_warn("%s: has no wrapper and no monitor (%s): rca-monitor -d carries it on",
		         w->t.name, manifest_get(&m, "status"));
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

/* No later change is missed; turn looks at all tasks once more for the earlier ones. */
static void
watch_changes(struct waiter *s)
{
	if (!(s->changes = watch_new()))
		err_die(EX_SYSTEM, "calloc:");
	for (int i = 0; i < s->n; i++) {
		struct waiting *w = &s->all[i];

		if (w->over)
			continue;
		w->number = watch_add(s->changes, w->t.fd, w->t.path,
			w->watch.match || s->condition.kind == CONDITION_PROMPT);
		if (w->number < 0)
			err_die(EX_SYSTEM, "%s: watch:", w->t.name);
	}
}

/* 0 if the lock cannot be waited for. */
static int
sleep_on_lock(struct waiter *s, struct waiting *w, long ms)
{
	watch_free(s->changes);
	s->changes = NULL;
	ms = ms < 0 || ms > LOCK_MS ? LOCK_MS : ms;
	if (lock_wait(w->t.fd, "lock", ms, NULL) < 0 && errno != EINTR)
		return 0;
	w->due = clock_ms();
	return 1;
}

/* Sleeps until a task is to be looked at, or until `end`. */
static void
nap(struct waiter *s, long long end)
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
	if (s->condition.kind == CONDITION_COMPLETED && pending == 1 && last->l.held &&
	    sleep_on_lock(s, last, until_ms(at, now)))
		return;
	if (!s->changes)
		watch_changes(s);
	else if (watch_wait(s->changes, until_ms(at, now)) < 0 && errno != EINTR)
		err_die(EX_SYSTEM, "wait for changes:");
}

/* " until TIME" for a limited task, else "". */
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
timed_out(const struct waiter *s)
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

/* Looks at the tasks that changed or are due. 1 if the wait is over, with the exit code. */
static int
turn(struct waiter *s, int *code)
{
	int pending = 0;

	for (int i = 0; i < s->n; i++) {
		struct waiting *w = &s->all[i];
		int r;

		if (w->over)
			continue;
		if ((!s->changes || !watch_changed(s->changes, w->number)) &&
		    (w->due < 0 || clock_ms() < w->due)) {
			pending++;
			continue;
		}
		r = look(&s->condition, w);
		if (w->over && s->first) {
			*code = r;
			return 1;
		}
		if (r > *code)
			*code = r;
		pending += !w->over;
	}
	return !pending;
}

static int
wait_for(struct waiter *s)
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
open_tasks(struct waiter *s, char **names)
{
	struct config conf;
	char why[WHY];
	int r;

	if (config_load(&conf, why) && s->condition.kind == CONDITION_READY)
		err_die(EX_CALLER, "%s", why);
	if (!(s->all = calloc((size_t)s->n, sizeof *s->all)))
		err_die(EX_SYSTEM, "calloc:");
	for (int i = 0; i < s->n; i++) {
		struct waiting *w = &s->all[i];

		task_open_or_die(&w->t, names[i]);
		if ((r = condition_begin(&s->condition, &w->watch, &w->t, &conf, why)))
			err_die(r, "%s: %s", w->t.name, why);
	}
	config_free(&conf);
}

static void
close_tasks(struct waiter *s)
{
	for (int i = 0; i < s->n; i++) {
		condition_end(&s->all[i].watch);
		task_close(&s->all[i].t);
	}
	free(s->all);
	watch_free(s->changes);
}

int
main(int argc, char **argv)
{
	struct waiter s = { .timeout_s = -1 };
	int c, asked = 0;

	tool_begin(INHERIT_ANSWERS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case '1': s.first = 1; break;
		case 'i':
			s.condition.kind = CONDITION_IDLE;
			s.condition.idle_s = seconds(c, optarg, 1);
			asked++;
			break;
		case 'p':
			s.condition.kind = CONDITION_PROMPT;
			asked++;
			break;
		case 'r':
			s.condition.kind = CONDITION_LINE;
			s.condition.regex = optarg;
			asked++;
			break;
		case 's':
			wait_for_status(&s.condition, optarg);
			asked++;
			break;
		case 't': s.timeout_s = seconds(c, optarg, 0); break;
		}
	s.n = argc - optind;
	if (s.n < 1 || asked > 1)
		tool_usage();
	open_tasks(&s, argv + optind);
	c = wait_for(&s);
	close_tasks(&s);
	return c;
}
