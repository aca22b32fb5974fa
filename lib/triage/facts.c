/* facts - reads what a triage rests on */
#include "triage/facts.h"

#include <stdio.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/agent_file.h"
#include "base/clock.h"
#include "engine/alive.h"
#include "engine/engine.h"
#include "file/file.h"
#include "file/regular.h"
#include "task/state.h"
#include "text/strip.h"
#include "triage/history_scan.h"

enum { ENGINE_MS = 5000 };

static const char *
get(const struct facts *f, const char *key)
{
	return manifest_get(&f->m, key);
}

static long long
when(const struct facts *f, const char *key)
{
	long long at = clock_parse(get(f, key));

	return at > 0 ? at : 0;
}

/* Returns the length; 0 if the file cannot be read. */
static size_t
read_part(const struct task *t, const char *name, int end, char *buf, size_t size)
{
	ssize_t n = regular_part(t->fd, name, end, buf, size);

	return n > 0 ? (size_t)n : 0;
}

/* As rca-send has it: an agent in its own interface, or a program without an event stream. */
static int
has_terminal(const struct facts *f)
{
	char why[WHY];
	struct agent *a;
	int r;

	if (f->r.adopted || *get(f, "interactive"))
		return 1;
	if (!(a = agent_file_load(get(f, "agent"), why)))
		return 0;
	r = agent_read(a) != READ_PIPE;
	agent_free(a);
	return r;
}

void
facts_screen(struct facts *f, const struct task *t)
{
	const char *engine = get(f, "engine");
	char why[WHY];

	if (!f->r.terminal)
		return;
	if (engine_call(engine, "screen", t->path, NULL, f->screen, sizeof f->screen, ENGINE_MS,
	                why)) {
		f->screen[0] = 0;
		f->r.gone = f->r.adopted;
	} else if (f->r.adopted) {
		f->r.gone = alive_over(alive_ask(engine, t->path, "", ENGINE_MS, NULL));
	}
	screen_read(f->screen, strlen(f->screen), get(f, "agent"), &f->r.screen);
	f->q.screen = f->screen;
	f->q.nscreen = strlen(f->screen);
}

static void
describe_age(struct facts *f, long long since)
{
	long long s = since > 0 && since <= f->r.now ? f->r.now - since : 0;

	if (s < 3600)
		snprintf(f->age, sizeof f->age, "%lld minutes", s / 60);
	else
		snprintf(f->age, sizeof f->age, "%lld h %lld min", s / 3600, s / 60 % 60);
	f->q.age = f->age;
}

static void
read_rule_facts(struct facts *f, const struct task *t, const struct state *s)
{
	const char *reason = get(f, "reason");

	oneline(f->reason, sizeof f->reason, reason, strlen(reason));
	f->r = (struct rule_facts){
		.now = clock_now(),
		.status = s->status,
		.given_up = s->given_up,
		.adopted = s->adopted,
		.command = file_there(t->fd, "command") == 1,
		.held = s->held,
		.watched = s->watched || s->launching,
		.reason = f->reason,
		.abandon_reason = get(f, "abandon_reason"),
		.resume_at = get(f, "resume_at"),
		.resume_unsure = get(f, "resume_unsure"),
		.event = f->event,
		.retries = manifest_num(&f->m, "retry_count", 0),
		.max_retries = config_num(&f->conf, &f->m, "max_retries"),
		.nudging = !strcmp(config_get(&f->conf, &f->m, "act"), "nudge"),
		.nudges = manifest_num(&f->m, "nudge_count", 0),
		.max_nudges = config_num(&f->conf, &f->m, "max_nudges"),
		.refused = manifest_num(&f->m, "nudge_refused", 0),
		.trouble_since = when(f, "trouble_since"),
		.nudged_at = when(f, "nudged_at"),
		.escalate_s = config_num(&f->conf, &f->m, "escalate_after") * 60,
		.told = get(f, "triage_told"),
		.told_at = when(f, "triage_told_at"),
	};
}

static void
read_words(struct facts *f, const struct task *t)
{
	struct question *q = &f->q;
	char raw[FACTS_EVENT];

	q->event = f->event;
	q->check = config_get(&f->conf, &f->m, "check");
	q->status = get(f, "status");
	q->reason = f->reason;
	q->agent = get(f, "agent");
	q->attempt = manifest_num(&f->m, "attempt", 0);
	q->nudges = f->r.nudges;
	q->max_nudges = f->r.max_nudges;
	q->goal = config_get(&f->conf, &f->m, "goal");
	if (!*q->goal) {
		read_part(t, "prompt", 0, f->goal, sizeof f->goal);
		q->goal = f->goal;
	}
	q->history = f->history;
	q->nhistory = read_part(t, "history", 1, f->history, sizeof f->history);
	q->log = f->log;
	q->nlog = read_part(t, "output.log", 1, f->log, sizeof f->log);
	f->r.same = history_scan_failures(f->history, q->nhistory, raw, sizeof raw);
	oneline(f->error, sizeof f->error, raw, strlen(raw));
	f->r.error = f->error;
	describe_age(f, when(f, "created_at"));
}

int
facts_read(struct facts *f, const struct task *t, const char *event, char why[WHY])
{
	struct state s;
	int r;

	memset(&f->q, 0, sizeof f->q);
	f->q.screen = "";
	if ((r = state_read(t, &s, &f->m, why)))
		return r;
	*f->complaint = 0;
	config_free(&f->conf);
	if (!config_load(&f->conf, f->complaint))
		config_check_all(&f->m, f->complaint);
	oneline(f->event, sizeof f->event, event, strlen(event));
	read_rule_facts(f, t, &s);
	read_words(f, t);
	f->r.terminal = has_terminal(f);
	facts_screen(f, t);
	return 0;
}
