/* facts - all that a triage rests on, read from a task: the facts for its rules, the words for its question; reads, decides nothing */
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
	struct triage t;
	struct question q;
	char complaint[WHY]; /* what is wrong with a setting, and left out; "" nothing */
	char event[FACTS_EVENT], reason[FACTS_EVENT], error[FACTS_EVENT], age[32];
	char goal[FACTS_GOAL], history[FACTS_TAIL], log[FACTS_TAIL], screen[FACTS_SCREEN];
};

/* Fills all of d but d->t.nudged, which is all zeros before the first time; event: what called, any bytes. 0, else the exit code with why. What t and q point to is d's own. */
int facts_read(struct facts *d, const struct task *t, const char *event, char why[WHY]);

/* Looks at the task's screen again, if it has a terminal. */
void facts_look(struct facts *d, const struct task *t);

#endif
