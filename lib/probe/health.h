/* health - how a task is, judged in this order: done, lock, screen, silence; no I/O */
#ifndef PROBE_HEALTH_H
#define PROBE_HEALTH_H

#include "probe/hang.h"
#include "task/queued.h"
#include "task/status.h"

enum health { HEALTH_OK, HEALTH_QUIET, HEALTH_STALE, HEALTH_WAITING, HEALTH_LOST };

struct health_facts {
	enum status status;
	int done, held, watched; /* DIR/done is there; DIR/lock is held; DIR/monitor.lock is held */
	int launching;           /* DIR/launch.lock is held */
	enum queued queued;      /* as queued_in */
	int adopted;             /* a registered session; held then means that it exists */
	int waiting;             /* the screen shows a question */
	int elsewhere;           /* the wrapper is not proven to be here */
	int quiet;               /* what the monitor says; without one the files' times count */
	struct hang_rule rule;
	struct hang_evidence look;
};

/* *why: the fact that decided, in a word or two. */
enum health health_judge(const struct health_facts *f, const char **why);
const char *health_word(enum health h);
/* 1: completed, or alive and well. 0: wants attention. */
int health_well(enum health h, const struct health_facts *f);

#endif
