/* model - asks the triage model for a verdict */
#ifndef TRIAGE_MODEL_H
#define TRIAGE_MODEL_H

#include "base/err.h"
#include "task/task.h"
#include "triage/facts.h"
#include "triage/verdict_rules.h"

/*
 * Asks the program of the setting `triage` the question of f. j is what its answer means, ESCALATE
 * if it has none. keep: writes the answer to DIR/triage.log, whose only writer is the caller.
 * 0; -1 with why: a signal asked this process to end, or memory ran out.
 */
int model_ask(const struct task *t, const struct facts *f, int keep, struct judgement *j,
              char why[WHY]);

#endif
