/* deliverer - empties a task's outbox towards one notifier: in order, again after growing pauses, until all has arrived or is too old */
#ifndef NOTIFY_DELIVERER_H
#define NOTIFY_DELIVERER_H

#include "base/err.h"
#include "task/config.h"
#include "task/task.h"

enum deliverer_mode {
	DELIVERER_STAY, /* until nothing is left */
	DELIVERER_ONCE  /* one round; one that stays is asked to leave first */
};

/* Delivers to the notifier of this line of the config ("NAME ARG"). selfpipe_catch has been called. 0 nothing is left for it; 1 some is (or another deliverer holds it); -1 with why. */
int deliverer_run(const struct task *t, const char *notifier, enum deliverer_mode mode, char why[WHY]);

/* What no notifier is there for, and nobody will fetch: what is too old, or broken, goes to outbox/dead, what has reached all is removed. How many notices are left; -1 with why. */
int deliverer_tidy(const struct task *t, const struct config *c, char why[WHY]);

#endif
