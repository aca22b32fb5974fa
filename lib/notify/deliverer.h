/* deliverer - delivers a task's notices to one notifier until none is left */
#ifndef NOTIFY_DELIVERER_H
#define NOTIFY_DELIVERER_H

#include "base/err.h"
#include "task/config.h"
#include "task/task.h"

enum deliverer_mode {
	DELIVERER_STAY, /* until no notice is left */
	DELIVERER_ONCE  /* one round, after a deliverer that stays has left on request */
};

/*
 * Delivers to the notifier of this line of the config ("NAME ARG"), in order, with growing pauses
 * after failures. selfpipe_catch has been called. 0 no notice is left for it; 1 some are, or
 * another deliverer has them; -1 with why.
 */
int deliverer_run(const struct task *t, const char *notifier, enum deliverer_mode mode,
	char why[WHY]);

/*
 * Removes what all notifiers were told of and gives up what no notifier can get: broken notices,
 * and expired ones where no notifier is configured. How many notices are left; -1 with why.
 */
int deliverer_tidy(const struct task *t, const struct config *c, char why[WHY]);

#endif
