/* look - how a task is, at one moment: state, signs of life, screen, progress, and the judgement */
#ifndef PROBE_LOOK_H
#define PROBE_LOOK_H

#include <sys/types.h>

#include "engine/screen.h"
#include "probe/health.h"
#include "proc/lock.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/progress.h"
#include "task/task.h"

struct look {
	struct manifest m;
	struct health_facts f;
	struct screen screen;
	struct progress progress;
	long long last_event; /* epoch seconds; 0 none */
	enum health health;
	const char *rests_on;
	int given_up;         /* as state_given_up */
	int terminal;         /* its program has one */
	pid_t holder;         /* of the wrapper's lock, as lock_holder */
	char elsewhere[LOCK_WHERE];
};

/* 0, else the exit code with why. */
int look_at(struct look *l, const struct task *t, const struct config *c, char why[WHY]);

#endif
