/* find_task - which task an agent's event belongs to */
#ifndef HOOK_FIND_TASK_H
#define HOOK_FIND_TASK_H

#include "hook/payload.h"
#include "task/task.h"

/*
 * Opens it: what RCA_TASK names; else the living task with the payload's session id; else the registered one (rca-mktask -A) in whose directory, or below it, the agent works: the
 * nearest. 0; EX_GONE: none; else another exit code; why says so.
 */
int find_task_open(struct task *t, const struct payload *p, char why[WHY]);

#endif
