/* facts - reads what a triage rests on: the facts for its rules, the words for its question */
#ifndef TRIAGE_FACTS_H
#define TRIAGE_FACTS_H

#include "task/config.h"
#include "task/manifest.h"
#include "task/task.h"
#include "triage/question.h"
#include "triage/verdict_rules.h"

enum { FACTS_EVENT = 256, FACTS_TAIL = 16384, FACTS_SCREEN = 65536, FACTS_GOAL = 8192 };

struct facts {
	struct config conf;
	struct manifest m;
	struct rule_facts r;
	struct question q;
	char complaint[WHY]; /* what is wrong with a setting that was left out; "": nothing */
	char event[FACTS_EVENT], reason[FACTS_EVENT], error[FACTS_EVENT], age[32];
	char goal[FACTS_GOAL], history[FACTS_TAIL], log[FACTS_TAIL], screen[FACTS_SCREEN];
};

/*
 * Fills f, all zeros before the first call, but for f->r.nudged. event: any bytes. What r and q
 * point to is in f. 0, else the exit code with why.
 */
int facts_read(struct facts *f, const struct task *t, const char *event, char why[WHY]);

/* Reads the task's screen, if it has a terminal. */
void facts_screen(struct facts *f, const struct task *t);

#endif
