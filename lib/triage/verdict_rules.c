/* verdict_rules - a verdict by rules alone, and what follows from a verdict */
#include "triage/verdict_rules.h"

#include <stdio.h>
#include <string.h>

#define NEEDED "; needed: "

/* In the order in which they are tried; rca-triage(1) has the same. */
enum rule {
	COMPLETED, STOPPED, FAILED, GIVEN_UP, LEFT, CREATED, NUDGED, GONE, LOGIN, RETRIED,
	SAME_ERROR, UNSURE, LIMITED, LIMIT_DIALOG, UNATTENDED, RESUMED, HEADLESS_FAILURE, RULES
};

enum detail { NOTHING, REASON, ABANDON, RESUME_AT, SCREEN, ERROR, EVENT };

static const struct {
	enum verdict verdict;
	enum detail detail;
	const char *name, *text, *need;
} rules[RULES] = {
	[COMPLETED] = { DONE, NOTHING, "completed", "has completed", "" },
	[STOPPED] = { FINE, NOTHING, "stopped", "was stopped on request", "" },
	[FAILED] = { ESCALATE, REASON, "failed", "has failed",
	             "see why, then continue it with rca-launch -r" },
	[GIVEN_UP] = { ESCALATE, ABANDON, "abandoned", "was given up",
	               "see why, then continue it with rca-launch -r" },
	[LEFT] = { FINE, NOTHING, "left",
	           "its monitor was told to end; rca-watchdog or rca-monitor -d starts one", "" },
	[CREATED] = { FINE, NOTHING, "created", "was never launched", "" },
	[NUDGED] = { FINE, NOTHING, "nudged", "was nudged a moment ago", "" },
	[GONE] = { ESCALATE, NOTHING, "gone", "its session, or the agent in it, is gone",
	           "start it again, or remove the task" },
	[LOGIN] = { ESCALATE, EVENT, "login", "the model service refuses its requests",
	            "check login, account and model, then continue it" },
	[RETRIED] = { ESCALATE, REASON, "max_retries", "all retries are used up",
	              "see why it fails each time" },
	[SAME_ERROR] = { STUCK, ERROR, "same_error", "the same error again and again",
	                 "another way to do it, or other instructions" },
	[UNSURE] = { FINE, RESUME_AT, "limited", "a usage limit; its monitor tries again", "" },
	[LIMITED] = { FINE, RESUME_AT, "limited", "a usage limit; it goes on by itself", "" },
	[LIMIT_DIALOG] = { ESCALATE, SCREEN, "limit_dialog", "its screen shows a usage limit",
	                   "answer it, or wait until the limit is over" },
	[UNATTENDED] = { ESCALATE, REASON, "unattended", "it has no wrapper and no monitor",
	                 "start rca-monitor -d or rca-watchdog" },
	[RESUMED] = { FINE, REASON, "resumed", "its monitor resumes it", "" },
	[HEADLESS_FAILURE] = { FINE, EVENT, "resumed", "its monitor resumes it", "" },
};

static int
begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static int
refused(const struct rule_facts *f)
{
	static const char *const kinds[] = {
		"authentication", "oauth", "billing", "model_not_found", "invalid_request"
	};
	const char *kind = f->event + sizeof "StopFailure:" - 1;

	if (begins(f->event, "StopFailure:"))
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
			if (begins(kind, kinds[i]))
				return 1;
	return f->screen.kind == SCREEN_WAITING && !strcmp(f->screen.what, "login");
}

static int
fits(const struct rule_facts *f, enum rule rule)
{
	int alone = !f->adopted && !f->held;
	int stop_failure = begins(f->event, "StopFailure");

	switch (rule) {
	case COMPLETED: return f->status == ST_COMPLETED;
	case STOPPED: return f->status == ST_STOPPED && !f->adopted;
	case FAILED: return f->status == ST_FAILED;
	case GIVEN_UP: return f->status == ST_ABANDONED && f->given_up;
	/* A signal ended the monitor, as each shutdown does. */
	case LEFT: return f->status == ST_ABANDONED && !f->given_up && !f->held;
	case CREATED: return f->status == ST_CREATED && !f->held;
	case NUDGED: return f->nudged;
	case GONE: return f->adopted && (f->gone || f->status == ST_STOPPED);
	case LOGIN: return refused(f);
	case RETRIED: return f->max_retries > 0 && f->retries >= f->max_retries;
	case SAME_ERROR:
		return f->same >= SAME_ERROR_TIMES &&
		       (!*f->event || stop_failure || begins(f->event, "PostToolUseFailure"));
	case UNSURE: return f->status == ST_LIMITED && f->watched && *f->resume_unsure;
	case LIMITED: return f->status == ST_LIMITED && f->watched;
	case LIMIT_DIALOG: return f->screen.kind == SCREEN_LIMIT;
	case UNATTENDED: return alone && !f->watched;
	case RESUMED: return alone && f->watched;
	/* The turn of a headless agent is its attempt: the monitor makes the next one. */
	case HEADLESS_FAILURE:
		return !f->terminal && f->watched &&
		       (stop_failure || !strcmp(f->event, "PostToolUseFailure:429"));
	default: return 0;
	}
}

static const char *
detail(const struct rule_facts *f, enum detail d)
{
	switch (d) {
	case REASON: return f->reason;
	case ABANDON: return f->abandon_reason;
	case RESUME_AT: return f->resume_at;
	case SCREEN: return f->screen.line;
	case ERROR: return f->error;
	case EVENT: return *f->event ? f->event : f->screen.line;
	default: return "";
	}
}

static void
judge(struct judgement *j, enum verdict v, const char *rule, const char *text, const char *more,
      const char *need)
{
	j->verdict = v;
	j->rule = rule;
	snprintf(j->text, sizeof j->text, "%s%s%.300s%s%s", text, *more ? ": " : "", more,
	         *need ? NEEDED : "", need);
}

int
verdict_rules_judge(const struct rule_facts *f, struct judgement *j)
{
	for (enum rule i = 0; i < RULES; i++) {
		if (!fits(f, i))
			continue;
		judge(j, rules[i].verdict, rules[i].name, rules[i].text, detail(f, rules[i].detail),
		      rules[i].need);
		return 1;
	}
	return 0;
}

void
verdict_rules_model(enum verdict v, const char *why, struct judgement *j)
{
	static const char *const words[][2] = {
		[FINE] = { "it is well", "" },
		[NEEDS_NUDGE] = { "it waits, and would go on if told to", "rca-send it a word" },
		[STUCK] = { "it goes round in circles",
		            "another way to do it, or other instructions" },
		[DONE] = { "the job is done", "" },
		[ESCALATE] = { "a person is needed", "look at what it asks or lacks" },
	};
	char text[64];

	if (*why) {
		judge(j, ESCALATE, "no_verdict", "no verdict", why, "look at it");
		return;
	}
	snprintf(text, sizeof text, "the model judges that %s", words[v][0]);
	judge(j, v, "model", text, "", words[v][1]);
}

/* The end of a task sends a notice of its own, and rca-hook tells of a tool that keeps failing. */
static int
told_elsewhere(const struct rule_facts *f)
{
	return fits(f, COMPLETED) || fits(f, FAILED) || fits(f, GIVEN_UP) ||
	       (begins(f->event, "PostToolUseFailure") && fits(f, SAME_ERROR));
}

static int
over(const struct rule_facts *f, long long since)
{
	return since > 0 && f->now - since >= f->escalate_s;
}

long long
verdict_rules_trouble(const struct rule_facts *f, const struct judgement *j)
{
	if (j->verdict == FINE || j->verdict == DONE)
		return 0;
	/* A nudge worked if there was no trouble for so long after it. */
	if (!f->trouble_since || f->trouble_since > f->now || over(f, f->nudged_at))
		return f->now;
	return f->trouble_since;
}

/*
 * The end of a turn is news each time. What happens within a turn, or a question, is told once, and
 * again after escalate_after.
 */
static int
told_already(const struct rule_facts *f, const struct judgement *j)
{
	char key[64];

	snprintf(key, sizeof key, "%s %s", verdict_word(j->verdict), j->rule);
	return !begins(f->event, "Stop") && !strcmp(f->told, key) && f->told_at <= f->now &&
	       !over(f, f->told_at);
}

static void
escalate(struct judgement *j, const char *rule, const char *text)
{
	char old[JUDGEMENT_TEXT], *need;

	memcpy(old, j->text, sizeof old);
	if ((need = strstr(old, NEEDED)))
		*need = 0;
	judge(j, ESCALATE, rule, text, old, "see what holds it up");
}

enum triage_act
verdict_rules_plan(const struct rule_facts *f, struct judgement *j)
{
	char text[96];

	if (j->verdict == FINE || told_elsewhere(f))
		return TRIAGE_RECORD;
	/* The end of a headless agent is judged by its own end event and the check. */
	if (j->verdict == DONE && !f->terminal)
		return TRIAGE_RECORD;
	if ((j->verdict == NEEDS_NUDGE || j->verdict == STUCK) && over(f, f->trouble_since)) {
		snprintf(text, sizeof text, "%s for %lld minutes",
		         j->verdict == STUCK ? "stuck" : "waiting for a nudge",
		         (f->now - f->trouble_since) / 60);
		escalate(j, "escalate_after", text);
	} else if (j->verdict == NEEDS_NUDGE && f->nudging && !f->command) {
		if (f->nudges < f->max_nudges && f->refused < f->max_nudges)
			return TRIAGE_NUDGE;
		snprintf(text, sizeof text, f->nudges < f->max_nudges
		         ? "%lld nudges in a row were refused" : "nudged %lld times already",
		         f->max_nudges);
		escalate(j, "max_nudges", text);
	}
	return told_already(f, j) ? TRIAGE_RECORD : TRIAGE_TELL;
}
