/*
 * advice - what a person does next about a task; log, notices and rca-probe say it alike
 *
 * An advice is one or more lines: words, or a command, which begins with "rca-"; '@' stands for the
 * task.
 */
#ifndef TASK_ADVICE_H
#define TASK_ADVICE_H

#include <stddef.h>

#include "task/manifest.h"
#include "task/task.h"

/* Continues a task that has ended. */
#define ADVICE_CONTINUE "rca-launch -r @\nrca-monitor -d @"
/* Carries on one that has not ended. */
#define ADVICE_MONITOR "rca-monitor -d @"
/* For a task with a terminal that asks. */
#define ADVICE_ANSWER "an answer: rca-send @ TEXT, or\nrca-attach -w @"

/*
 * What helps a task in that trouble: event is that of a notice, or ""; reason is an abandoned
 * task's abandon_reason.
 */
const char *advice_trouble(const char *event, const char *status, const char *reason);

/* Carries on a task that has ended, or (lost) one without wrapper and monitor; "" if none does. */
const char *advice_command(const struct manifest *m, int lost);

/* The advice in one line, with the task in it. Returns buf. */
char *advice_line(const char *advice, const struct task *t, char *buf, size_t size);

/* The n-th of its lines, from 0, with the task in it. 0; -1 past the last. */
int advice_part(const char *advice, int n, const struct task *t, char *buf, size_t size);

#endif
