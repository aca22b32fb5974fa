/* verdict_rules - what the facts alone say of a task, and what is to be done about a verdict: the first row that fits decides */
#include "triage/verdict_rules.h"

#include <stdio.h>
#include <string.h>

#define NEEDED "; needed: "

static int
begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static int
is_failure(const char *event)
{
	return begins(event, "StopFailure") || begins(event, "PostToolUseFailure");
}

static int
completed(const struct triage *t)
{
	return t->status == ST_COMPLETED;
}

static int
stopped(const struct triage *t)
{
	return t->status == ST_STOPPED && !t->adopted;
}

static int
failed(const struct triage *t)
{
	return t->status == ST_FAILED;
}

static int
abandoned(const struct triage *t)
{
	return t->status == ST_ABANDONED && t->given_up;
}

/* Its monitor was told to go, as each shutdown tells it. */
static int
left(const struct triage *t)
{
	return t->status == ST_ABANDONED && !abandoned(t) && !t->held;
}

static int
created(const struct triage *t)
{
	return t->status == ST_CREATED && !t->held;
}

static int
nudged(const struct triage *t)
{
	return t->nudged;
}

static int
gone(const struct triage *t)
{
	return t->adopted && (t->gone || t->status == ST_STOPPED);
}

static int
login(const struct triage *t)
{
	static const char *const events[] = { "StopFailure:authentication", "StopFailure:oauth", "StopFailure:billing", "StopFailure:model_not_found", "StopFailure:invalid_request" };

	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (begins(t->event, events[i]))
			return 1;
	return t->screen.kind == SCREEN_WAITING && !strcmp(t->screen.what, "login");
}

static int
retried(const struct triage *t)
{
	return t->max_retries > 0 && t->retries >= t->max_retries;
}

static int
again(const struct triage *t)
{
	return t->same >= TRIAGE_SAME && (!*t->event || is_failure(t->event));
}

static int
limited(const struct triage *t)
{
	return t->status == ST_LIMITED && t->watched;
}

static int
unsure(const struct triage *t)
{
	return limited(t) && *t->resume_unsure;
}

static int
limit_on_screen(const struct triage *t)
{
	return t->screen.kind == SCREEN_LIMIT;
}

static int
unattended(const struct triage *t)
{
	return !t->adopted && !t->held && !t->watched;
}

static int
resumed(const struct triage *t)
{
	return !t->adopted && !t->held && t->watched;
}

/* The turn of a headless agent is its attempt: if it fails, the next one is the monitor's. */
static int
left_to_monitor(const struct triage *t)
{
	return !t->terminal && t->watched && (begins(t->event, "StopFailure") || !strcmp(t->event, "PostToolUseFailure:429"));
}

enum detail { NOTHING, REASON, ABANDON, RESUME_AT, SCREEN, ERROR, EVENT };

/* In the order in which they are looked at; the manual page has the same. */
static const struct row {
	int (*fits)(const struct triage *t);
	enum verdict v;
	enum detail detail;
	const char *rule, *text, *need;
} rows[] = {
	{ completed, DONE, NOTHING, "completed", "has ended, completed", "" },
	{ stopped, FINE, NOTHING, "stopped", "was stopped, as somebody asked", "" },
	{ failed, ESCALATE, REASON, "failed", "has failed", "see why, then continue it with rca-launch -r" },
	{ abandoned, ESCALATE, ABANDON, "abandoned", "was given up", "see why, then continue it with rca-launch -r" },
	{ left, FINE, NOTHING, "left", "its monitor was told to go; rca-watchdog, or rca-monitor -d, starts another", "" },
	{ created, FINE, NOTHING, "created", "was never launched", "" },
	{ nudged, FINE, NOTHING, "nudged", "was nudged a moment ago", "" },
	{ gone, ESCALATE, NOTHING, "gone", "its session, or the agent in it, is gone", "start it again, or remove the task" },
	{ login, ESCALATE, EVENT, "login", "its model service refuses it", "see to the login, the account or the model, then continue it" },
	{ retried, ESCALATE, REASON, "max_retries", "all retries are used up", "see why it fails each time" },
	{ again, STUCK, ERROR, "same_error", "the same error again and again", "another way to do it, or other instructions" },
	{ unsure, FINE, RESUME_AT, "limited", "a usage limit; it is looked at again by itself", "" },
	{ limited, FINE, RESUME_AT, "limited", "a usage limit; it goes on by itself", "" },
	{ limit_on_screen, ESCALATE, SCREEN, "limit_dialog", "a usage limit stands on its screen", "answer it, or wait until the limit is over" },
	{ unattended, ESCALATE, REASON, "unattended", "nobody carries it on", "rca-monitor -d, or rca-watchdog" },
	{ resumed, FINE, REASON, "resumed", "the monitor carries it on", "" },
	{ left_to_monitor, FINE, EVENT, "resumed", "the monitor carries it on", "" },
};

static const char *
detail(const struct triage *t, enum detail d)
{
	switch (d) {
	case REASON: return t->reason;
	case ABANDON: return t->abandon_reason;
	case RESUME_AT: return t->resume_at;
	case SCREEN: return t->screen.line;
	case ERROR: return t->error;
	case EVENT: return *t->event ? t->event : t->screen.line;
	default: return "";
	}
}

static void
say(struct triage_says *s, enum verdict v, const char *rule, const char *text, const char *more, const char *need)
{
	s->v = v;
	s->rule = rule;
	snprintf(s->text, sizeof s->text, "%s%s%.300s%s%s", text, *more ? ": " : "", more, *need ? NEEDED : "", need);
}

int
verdict_rules_rule(const struct triage *t, struct triage_says *s)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].fits(t)) {
			say(s, rows[i].v, rows[i].rule, rows[i].text, detail(t, rows[i].detail), rows[i].need);
			return 1;
		}
	return 0;
}

void
verdict_rules_model(enum verdict v, const char *why, struct triage_says *s)
{
	static const struct {
		const char *text, *need;
	} means[] = {
		[FINE] = { "the model judges that it is well", "" },
		[NEEDS_NUDGE] = { "the model judges that it waits, and would go on if told to", "rca-send it a word" },
		[STUCK] = { "the model judges that it goes round in circles", "another way to do it, or other instructions" },
		[DONE] = { "the model judges that the job is done", "" },
		[ESCALATE] = { "the model judges that a person is needed", "look at what it asks or lacks" },
	};

	if (*why)
		say(s, ESCALATE, "no_verdict", "nobody can tell how it stands", why, "look at it");
	else
		say(s, v, "model", means[v].text, "", means[v].need);
}

/* An end tells of itself, and rca-hook of a tool that fails again and again: what a rule says of that is no news. */
static int
told_elsewhere(const struct triage *t)
{
	return completed(t) || failed(t) || abandoned(t) || (begins(t->event, "PostToolUseFailure") && again(t));
}

static int
over(long long since, long long now, long long secs)
{
	return since > 0 && now - since >= secs;
}

long long
verdict_rules_trouble(const struct triage *t, const struct triage_says *s)
{
	if (s->v == FINE || s->v == DONE)
		return 0;
	/* A nudge after which nothing was heard for so long has worked. */
	if (!t->trouble_since || t->trouble_since > t->now || over(t->nudged_at, t->now, t->patience_s))
		return t->now;
	return t->trouble_since;
}

/* A turn's end is news each time. What happens within a turn, or a person's question, is told once, and again when patience has run out. */
static int
told_already(const struct triage *t, const struct triage_says *s)
{
	char key[64];

	snprintf(key, sizeof key, "%s %s", verdict_word(s->v), s->rule);
	return !begins(t->event, "Stop") && !strcmp(t->told, key) && t->told_at <= t->now && !over(t->told_at, t->now, t->patience_s);
}

enum triage_act
verdict_rules_plan(const struct triage *t, struct triage_says *s)
{
	char was[TRIAGE_TEXT], more[96], *need;
	long long minutes = (t->now - t->trouble_since) / 60;

	memcpy(was, s->text, sizeof was);
	if ((need = strstr(was, NEEDED)))
		*need = 0;
	if (s->v == FINE || told_elsewhere(t))
		return TRIAGE_RECORD;
	if (s->v == DONE && !t->terminal)
		return TRIAGE_RECORD; /* an end is judged by the agent's own end event and the check */
	if ((s->v == NEEDS_NUDGE || s->v == STUCK) && over(t->trouble_since, t->now, t->patience_s)) {
		snprintf(more, sizeof more, "%s for %lld minutes", s->v == STUCK ? "stuck" : "in want of a nudge", minutes);
		say(s, ESCALATE, "escalate_after", more, was, "see what keeps it");
	} else if (s->v == NEEDS_NUDGE && t->nudging && !t->command) {
		if (t->nudges < t->max_nudges && t->refused < t->max_nudges)
			return TRIAGE_NUDGE;
		snprintf(more, sizeof more, t->nudges < t->max_nudges ? "%lld nudges in a row were not taken" : "nudged %lld times already", t->max_nudges);
		say(s, ESCALATE, "max_nudges", more, was, "see what keeps it");
	}
	return told_already(t, s) ? TRIAGE_RECORD : TRIAGE_TELL;
}
