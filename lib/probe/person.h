/* person - a task for a person to read: how it is, what it does, what to do next */
#ifndef PROBE_PERSON_H
#define PROBE_PERSON_H

#include "probe/look.h"

/*
 * Prints a few lines on standard output, at most `width` columns wide but for the reason, which is
 * wrapped. Times are local.
 */
void person_print(const struct look *l, const struct task *t, int width, int colour);

#endif
