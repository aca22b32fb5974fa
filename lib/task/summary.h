/* summary - how a task, or an attempt, ended: the last line of output.log */
#ifndef TASK_SUMMARY_H
#define TASK_SUMMARY_H

#include "task/manifest.h"
#include "task/task.h"

enum { SUMMARY_LINE = 512 };

/*
 * Appends "== completed in 12 min, 2 attempts, $0.42" or the like to the task's output.log, unless
 * it is the last line already. Errors are ignored: a reader can make it again.
 */
void summary_log(const struct task *t);

/*
 * Makes that line, without a newline, from the task's files; m is its manifest. lost: no process
 * works on it any more, whatever the status. 1; 0 if no attempt of it has ended.
 */
int summary_line(const struct task *t, const struct manifest *m, int lost, char buf[SUMMARY_LINE]);

/* Why it ended, for a person; "" if the status says it all. Not stripped. */
void summary_reason(const struct task *t, const struct manifest *m, char buf[SUMMARY_LINE]);

/* 1 if the log does not end with that line: the disk was full, or an older version wrote it. */
int summary_missing(const struct task *t, const char *line);

#endif
