/* model - asks the triage model how a task stands, and keeps what it said for people */
#ifndef TRIAGE_MODEL_H
#define TRIAGE_MODEL_H

#include "base/err.h"
#include "task/task.h"
#include "triage/facts.h"
#include "triage/verdict_rules.h"

/*
 * Puts the question of d to the program of the setting `triage`, as rca-triage(1) says; *s is what its answer means, ESCALATE where there is none. keep: the answer goes into DIR/triage.log, of
 * which this is then the only writer. 0; -1 with why: we were asked to end, or are out of memory.
 */
int model_ask(const struct task *t, const struct facts *d, int keep, struct triage_says *s, char why[WHY]);

#endif
