/* health - how a task is, by the layers in their order: done, lock, screen, silence; a table, no I/O */
#ifndef PROBE_HEALTH_H
#define PROBE_HEALTH_H

#include "probe/hang.h"
#include "task/status.h"

enum health { HEALTH_OK, HEALTH_QUIET, HEALTH_STALE, HEALTH_WAITING, HEALTH_LOST };

struct health_facts {
	enum status status;
	int done, held, watched; /* done file; DIR/lock is held; DIR/monitor.lock is held */
	int launching;           /* launch.lock is held */
	int adopted;             /* a registered session: held means that it is there */
	int waiting;             /* the screen shows a question */
	int told;                /* a monitor looks on, whose word about silence (quiet) counts more than the files' times do */
	int quiet;
	struct hang_rule rule;
	struct hang_evidence look;
};

/* why: one word or two about what it rests on. */
enum health health_judge(const struct health_facts *f, const char **why);
const char *health_word(enum health h);
/* 1: completed, or alive and well. 0: wants attention. */
int health_well(enum health h, const struct health_facts *f);

#endif
