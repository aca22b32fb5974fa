/* summary - the last line of a log: how the task, or an attempt that is followed by another, ended */
#ifndef TASK_SUMMARY_H
#define TASK_SUMMARY_H

#include "task/manifest.h"
#include "task/progress.h"
#include "task/task.h"

enum { SUMMARY_LINE = 512 };

/*
 * "== completed in 12 min, 2 attempts, $0.42", by what the manifest says; cause: what the check said
 * last, or "". Without a newline; no control characters.
 */
void summary_line(const struct manifest *m, const struct progress *p, const char *cause,
	char buf[SUMMARY_LINE]);

/* Appends it to the task's log, unless it stands there already. What cannot be written is left out. */
void summary_log(const struct task *t);

#endif
