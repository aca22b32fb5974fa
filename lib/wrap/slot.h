/*
 * slot - one of the N attempts of an RCA_HOME that may run at once (setting slots)
 *
 * A slot is the lock on RCA_HOME/slots/0 .. N-1. It is kept while a failed check sends the agent
 * back to work.
 */
#ifndef WRAP_SLOT_H
#define WRAP_SLOT_H

#include "wrap/attempt.h"

enum slot {
	SLOT_FAILED = -1, /* with why */
	SLOT_TAKEN,       /* or none is needed */
	SLOT_WAITED,      /* taken, but so late that the task is to be looked at anew */
	SLOT_ENDED        /* a signal ended the wait, and the outcome is written */
};

/*
 * Waits for a slot. While the task waits it says so, and a signal means what it means to a running
 * attempt (stop_signal.h). rca-launch is told once it is known whether there is a wait.
 */
enum slot slot_take(struct attempt *a, struct outcome *o, char why[WHY]);

/* Agent and check have ended with all that they had started. To write that down needs no slot. */
void slot_leave(void);

#endif
