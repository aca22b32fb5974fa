/* needs_test - who is helped, who is told of, and who is left alone */
#include "watchdog/needs.h"

#include <stdio.h>
#include <stdlib.h>

#define WANTS(x, ...) wants(__LINE__, x, 0, (struct state){ __VA_ARGS__ })
#define WANTS_DUE(x, ...) wants(__LINE__, x, 1, (struct state){ __VA_ARGS__ })

static void
wants(int line, int what, int due, struct state p)
{
	if (needs_of(&p, due) == what)
		return;
	fprintf(stderr, "needs_test.c:%d: %d, not %d\n", line, needs_of(&p, due), what);
	exit(1);
}

int
main(void)
{
	static const enum status resting[] = { ST_CRASHED, ST_HUNG, ST_LIMITED };
	static const enum status ends[] = { ST_COMPLETED, ST_FAILED, ST_STOPPED };

	/* both gone; one gone; neither */
	WANTS(NEEDS_MONITOR | NEEDS_NOTICE, .status = ST_RUNNING);
	WANTS(NEEDS_MONITOR | NEEDS_NOTICE, .status = ST_LAUNCHING);
	WANTS(NEEDS_MONITOR, .status = ST_RUNNING, .held = 1);
	WANTS(0, .status = ST_RUNNING, .watched = 1);
	WANTS(0, .status = ST_RUNNING, .held = 1, .watched = 1);
	/* somebody is at it */
	WANTS(0, .status = ST_LAUNCHING, .launching = 1);
	WANTS(0, .status = ST_COMPLETED, .launching = 1);
	/* what waits for its monitor */
	for (int i = 0; i < 3; i++) {
		WANTS(NEEDS_MONITOR, .status = resting[i]);
		WANTS(0, .status = resting[i], .watched = 1);
	}
	/* a terminal status without done: its wrapper died at the last moment */
	for (int i = 0; i < 3; i++) {
		WANTS(NEEDS_MONITOR, .status = ends[i]);
		WANTS(0, .status = ends[i], .done = 1);
	}
	/* asked to stop, and nobody does it */
	WANTS(NEEDS_MONITOR, .status = ST_RUNNING, .stop = 1);
	WANTS(NEEDS_MONITOR, .status = ST_CREATED, .stop = 1);
	WANTS(NEEDS_MONITOR, .status = ST_ABANDONED, .stop = 1);
	/* left alone */
	WANTS(0, .status = ST_CREATED);
	WANTS(0, .status = ST_ABANDONED, .given_up = 1);
	WANTS(NEEDS_MONITOR, .status = ST_ABANDONED);
	/* a start failed: the first is asked for, a task given up for it is taken up when due */
	WANTS(NEEDS_MONITOR, .status = ST_CREATED, .start_failed = 1);
	WANTS(0, .status = ST_ABANDONED, .given_up = 1, .start_failed = 1);
	WANTS_DUE(NEEDS_TAKE_UP | NEEDS_MONITOR, .status = ST_ABANDONED, .given_up = 1,
	          .start_failed = 1);
	WANTS_DUE(0, .status = ST_ABANDONED, .given_up = 1, .start_failed = 1, .watched = 1);
	/* nothing of a registered session holds a lock but its monitor */
	WANTS(NEEDS_MONITOR, .status = ST_RUNNING, .adopted = 1);
	WANTS(0, .status = ST_RUNNING, .adopted = 1, .watched = 1);
	WANTS(0, .status = ST_STOPPED, .adopted = 1, .done = 1);
	puts("needs: ok");
	return 0;
}
