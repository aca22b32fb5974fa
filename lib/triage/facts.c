/* facts - all that a triage rests on, read from a task */
#include "triage/facts.h"

#include <stdio.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/agent_file.h"
#include "base/clock.h"
#include "engine/engine.h"
#include "file/file.h"
#include "file/regular.h"
#include "task/state.h"
#include "text/strip.h"
#include "triage/history_scan.h"

enum { ENGINE_MS = 5000 };

static const char *
get(const struct facts *d, const char *key)
{
	return manifest_get(&d->m, key);
}

static long long
when(const struct facts *d, const char *key)
{
	long long at = clock_parse(get(d, key));

	return at > 0 ? at : 0;
}

/* 0 if there is none. */
static size_t
read_part(int dir, const char *name, char *buf, size_t size, int end)
{
	ssize_t n = regular_part(dir, name, end, buf, size);

	return n > 0 ? (size_t)n : 0;
}

/* As rca-send has it: who has no event stream, or is in its own interface, can be spoken to where it is. */
static int
has_terminal(const struct facts *d)
{
	char why[WHY];
	struct agent *a;
	int r;

	if (d->t.adopted || *get(d, "interactive"))
		return 1;
	if (!(a = agent_file_load(get(d, "agent"), why)))
		return 0;
	r = agent_read(a) != READ_PIPE;
	agent_free(a);
	return r;
}

void
facts_look(struct facts *d, const struct task *t)
{
	char why[WHY];

	if (!d->t.terminal)
		return;
	if (engine_call(get(d, "engine"), "screen", t->path, NULL, d->screen, sizeof d->screen, ENGINE_MS, why)) {
		d->screen[0] = 0;
		d->t.gone = d->t.adopted;
	} else if (d->t.adopted) {
		int r = engine_call(get(d, "engine"), "alive", t->path, NULL, NULL, 0, ENGINE_MS, why);

		d->t.gone = r == ENGINE_CLOSED || r == ENGINE_DEAD;
	}
	screen_read(d->screen, strlen(d->screen), get(d, "agent"), &d->t.screen);
	d->q.screen = d->screen;
	d->q.nscreen = strlen(d->screen);
}

static void
tell_age(struct facts *d, long long since)
{
	long long s = since > 0 && since <= d->t.now ? d->t.now - since : 0;

	if (s < 3600)
		snprintf(d->age, sizeof d->age, "%lld minutes", s / 60);
	else
		snprintf(d->age, sizeof d->age, "%lld h %lld min", s / 3600, s / 60 % 60);
	d->q.age = d->age;
}

static void
read_facts(struct facts *d, const struct task *t, const struct state *s)
{
	struct triage *f = &d->t;

	f->now = clock_now();
	f->status = s->status;
	f->given_up = s->given_up;
	f->adopted = s->adopted;
	f->command = file_there(t->fd, "command") == 1;
	f->held = s->held;
	f->watched = s->watched || s->launching;
	oneline(d->reason, sizeof d->reason, get(d, "reason"), strlen(get(d, "reason")));
	f->reason = d->reason;
	f->abandon_reason = get(d, "abandon_reason");
	f->resume_at = get(d, "resume_at");
	f->resume_unsure = get(d, "resume_unsure");
	f->event = d->event;
	f->retries = manifest_num(&d->m, "retry_count", 0);
	f->max_retries = config_num(&d->conf, &d->m, "max_retries");
	f->nudging = !strcmp(config_get(&d->conf, &d->m, "act"), "nudge");
	f->nudges = manifest_num(&d->m, "nudge_count", 0);
	f->max_nudges = config_num(&d->conf, &d->m, "max_nudges");
	f->refused = manifest_num(&d->m, "nudge_refused", 0);
	f->trouble_since = when(d, "trouble_since");
	f->nudged_at = when(d, "nudged_at");
	f->patience_s = config_num(&d->conf, &d->m, "escalate_after") * 60;
	f->told = get(d, "triage_told");
	f->told_at = when(d, "triage_told_at");
}

static void
read_words(struct facts *d, const struct task *t)
{
	struct question *q = &d->q;
	char raw[FACTS_EVENT];

	q->event = d->event;
	q->check = config_get(&d->conf, &d->m, "check");
	q->status = get(d, "status");
	q->reason = d->reason;
	q->agent = get(d, "agent");
	q->attempt = manifest_num(&d->m, "attempt", 0);
	q->nudges = d->t.nudges;
	q->max_nudges = d->t.max_nudges;
	q->goal = config_get(&d->conf, &d->m, "goal");
	if (!*q->goal) {
		read_part(t->fd, "prompt", d->goal, sizeof d->goal, 0);
		q->goal = d->goal;
	}
	q->history = d->history;
	q->nhistory = read_part(t->fd, "history", d->history, sizeof d->history, 1);
	q->log = d->log;
	q->nlog = read_part(t->fd, "output.log", d->log, sizeof d->log, 1);
	d->t.same = history_scan_failures(d->history, q->nhistory, raw, sizeof raw);
	oneline(d->error, sizeof d->error, raw, strlen(raw));
	d->t.error = d->error;
	tell_age(d, when(d, "created_at"));
}

int
facts_read(struct facts *d, const struct task *t, const char *event, char why[WHY])
{
	struct state s;
	int r;

	memset(&d->t, 0, sizeof d->t);
	memset(&d->q, 0, sizeof d->q);
	d->q.screen = "";
	if ((r = state_read(t, &s, &d->m, why)))
		return r;
	*d->complaint = 0;
	config_free(&d->conf);
	if (!config_load(&d->conf, d->complaint))
		config_check_all(&d->m, d->complaint);
	oneline(d->event, sizeof d->event, event, strlen(event));
	read_facts(d, t, &s);
	read_words(d, t);
	d->t.terminal = has_terminal(d);
	facts_look(d, t);
	return 0;
}
