/* find_task - which task an agent's event belongs to */
#ifndef HOOK_FIND_TASK_H
#define HOOK_FIND_TASK_H

#include "hook/payload.h"
#include "task/task.h"

/*
 * Opens the task that RCA_TASK names; else the one that has not ended and has the payload's session
 * id; else the registered one (rca-mktask -A) in or below whose project directory the agent works,
 * the nearest. 0; EX_GONE none; else the exit code; with why.
 */
int find_task_open(struct task *t, const struct payload *p, char why[WHY]);

#endif
