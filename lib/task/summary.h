/* summary - the last line of output.log: how the task, or an attempt, ended */
#ifndef TASK_SUMMARY_H
#define TASK_SUMMARY_H

#include "task/task.h"

/*
 * Appends "== completed in 12 min, 2 attempts, $0.42" or the like to the task's output.log, unless
 * it is the last line already. Errors are ignored.
 */
void summary_log(const struct task *t);

#endif
