/* turn - from one status to the next, unless somebody else was quicker */
#ifndef TASK_TURN_H
#define TASK_TURN_H

#include "base/err.h"
#include "task/manifest.h"
#include "task/status.h"

/*
 * Sets the pairs of kv (key, value, ..., NULL; "" removes) if the status is still `from` (ST_LAST: any that is not terminal) and, if unattended, nobody holds DIR/lock. The lock that all writers
 * of the manifest take is held from look to write; m becomes what was read, or written. The wrapper writes its last status before it lets go of its own lock, the next one after it has
 * taken it; so `running` with that lock free is the word of a dead one. 1: it was turned; 0: somebody else was quicker; -1 with why.
 */
int turn_status(int dir, struct manifest *m, enum status from, int unattended, const char *const kv[], char why[WHY]);

#endif
