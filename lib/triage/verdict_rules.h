/* verdict_rules - what the facts alone say of a task, and what is to be done about a verdict: tables, no I/O */
#ifndef TRIAGE_VERDICT_RULES_H
#define TRIAGE_VERDICT_RULES_H

#include "engine/screen.h"
#include "notice/verdict.h"
#include "task/status.h"

enum { TRIAGE_TEXT = 512, TRIAGE_SAME = 3 };

/* Strings may be "" but not NULL; times are epoch seconds, 0: never. */
struct triage {
	enum status status;
	const char *reason, *abandon_reason, *resume_at, *resume_unsure;
	const char *event;      /* what called: "Stop", "StopFailure:server_error", ...; "" a person */
	int given_up;           /* its monitor gave it up (state.h) */
	int held, watched;      /* somebody holds DIR/lock, DIR/monitor.lock */
	int adopted;            /* a session that something else started */
	int terminal;           /* somebody may speak to it there: an agent in its own interface, a command */
	int command;            /* no agent: "go on" means nothing to it */
	int gone;               /* adopted, and its session is not there */
	int nudged;             /* by another triage, while this one waited for it */
	struct screen screen;   /* of a terminal */
	long long retries, max_retries;
	int same;               /* so often in a row the last failure came ... */
	const char *error;      /* ... which is this */
	int nudging;            /* act=nudge */
	long long nudges, max_nudges;
	long long refused;      /* nudges in a row that it did not take */
	long long trouble_since, nudged_at;
	long long patience_s;   /* escalate_after */
	const char *told;       /* "WORD rule" of the last notice */
	long long told_at;
	long long now;
};

enum triage_act { TRIAGE_RECORD, TRIAGE_NUDGE, TRIAGE_TELL };

struct triage_says {
	enum verdict v;
	const char *rule;       /* which rule, a word; "model" */
	char text[TRIAGE_TEXT]; /* why, and what is needed; one line */
};

/* 1: a rule that needs no model fits, s is what it says; 0: none does. */
int verdict_rules_rule(const struct triage *t, struct triage_says *s);

/* What a model's word means; why is what answer_read gave, or why there is no answer: then the word is ESCALATE. */
void verdict_rules_model(enum verdict v, const char *why, struct triage_says *s);

/* When the trouble began that s is part of; 0: there is none, or it is over. */
long long verdict_rules_trouble(const struct triage *t, const struct triage_says *s);

/* What follows from s. It becomes ESCALATE where nudges or patience are used up; t->trouble_since is then what verdict_rules_trouble gave. */
enum triage_act verdict_rules_plan(const struct triage *t, struct triage_says *s);

#endif
