/* queued - a task that waits for its turn: status launching, reason "queued (WHAT FOR)" */
#ifndef TASK_QUEUED_H
#define TASK_QUEUED_H

#include "task/manifest.h"

enum { QUEUED_REASON = 160 };

/* 1 if it waits. */
int queued_in(const struct manifest *m);

/* The reason to be written. what: "slot", or what the engine says; may be "". Returns buf. */
char *queued_reason(const char *what, char buf[QUEUED_REASON]);

#endif
