/* verdict_rules - a verdict by rules alone, and what follows from a verdict; tables, no I/O */
#ifndef TRIAGE_VERDICT_RULES_H
#define TRIAGE_VERDICT_RULES_H

#include "engine/screen.h"
#include "notice/verdict.h"
#include "task/status.h"

enum { JUDGEMENT_TEXT = 512, SAME_ERROR_TIMES = 3 };

/* Strings may be "" but not NULL; times are epoch seconds, 0: never. */
struct rule_facts {
	enum status status;
	const char *reason, *abandon_reason, *resume_at, *resume_unsure;
	const char *event;      /* "Stop", "StopFailure:server_error", ...; "": a person asks */
	int given_up;           /* as in struct state */
	int held, watched;      /* DIR/lock is held; monitor.lock or launch.lock is held */
	int adopted;            /* a registered session */
	int terminal;           /* a person can type to it: not a headless agent */
	int command;            /* not an agent: "go on" means nothing to it */
	int gone;               /* adopted, and its session is not there */
	int nudged;             /* by another triage, while this one waited for it */
	struct screen screen;   /* of a terminal */
	long long retries, max_retries;
	int same;               /* how often in a row the last failure came */
	const char *error;      /* the words of that failure */
	int nudging;            /* act=nudge */
	long long nudges, max_nudges;
	long long refused;      /* nudges in a row that rca-send refused */
	long long trouble_since, nudged_at;
	long long escalate_s;   /* escalate_after */
	const char *told;       /* "VERDICT rule" of the last notice */
	long long told_at;
	long long now;
};

enum triage_act { TRIAGE_RECORD, TRIAGE_NUDGE, TRIAGE_TELL };

struct judgement {
	enum verdict verdict;
	const char *rule;          /* a word: the rule, or "model" */
	char text[JUDGEMENT_TEXT]; /* why, and what is needed; one line */
};

/* 1 with the judgement of the first rule that fits; 0: none fits, and a model is to be asked. */
int verdict_rules_judge(const struct rule_facts *f, struct judgement *j);

/* Judges by a model's answer. why: what is wrong with that (answer_read); then it is ESCALATE. */
void verdict_rules_model(enum verdict v, const char *why, struct judgement *j);

/* When the trouble began to which j belongs; 0: no trouble. */
long long verdict_rules_trouble(const struct rule_facts *f, const struct judgement *j);

/*
 * What follows from j, with f->trouble_since as verdict_rules_trouble gave it. j becomes ESCALATE
 * where max_nudges or escalate_after is reached.
 */
enum triage_act verdict_rules_plan(const struct rule_facts *f, struct judgement *j);

#endif
