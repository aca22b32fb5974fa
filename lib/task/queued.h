/* queued - a task that waits for its turn: status launching, reason "queued (WHAT FOR)" */
#ifndef TASK_QUEUED_H
#define TASK_QUEUED_H

#include "task/manifest.h"

enum queued { QUEUED_NOT, QUEUED_ENGINE, QUEUED_SLOT };
enum { QUEUED_REASON = 160 };

/*
 * Whether it waits, and for what: its engine, which starts it later, or a slot, for which its
 * wrapper waits.
 */
enum queued queued_in(const struct manifest *m);
/* The same by the reason alone, whatever the status is. */
enum queued queued_by(const char *reason);

/* The reason to be written. what: "slot", or what the engine says; may be "". Returns buf. */
char *queued_reason(const char *what, char buf[QUEUED_REASON]);

#endif
