/* plight - what a task wants that nobody may be carrying on: a table, no I/O */
#ifndef PLIGHT_H
#define PLIGHT_H

#include "outcome.h"

struct plight {
	enum status status;
	int done, stop;  /* the files of these names are there */
	int held;        /* DIR/lock: its wrapper lives */
	int watched;     /* DIR/monitor.lock: its monitor lives */
	int launching;   /* DIR/launch.lock: somebody is starting it right now */
	int left;        /* abandoned, because its monitor was told to go: the next one carries on */
	int guest;       /* a registered session: it has no wrapper */
};

/* What is to be done, or-ed. */
enum {
	PLIGHT_MONITOR = 1, /* start one: it does the rest */
	PLIGHT_TELL = 2     /* its wrapper is gone, too, and nobody has said so */
};

int plight_wants(const struct plight *p);

#endif
