/* needs_test - who is helped, who is told of, and who is left alone */
#include "watchdog/needs.h"

#include <stdio.h>
#include <stdlib.h>

#define WANTS(x, ...) wants(__LINE__, x, 0, (struct state){ __VA_ARGS__ })
#define STEP(x, at, ...) step(__LINE__, x, at, (struct state){ __VA_ARGS__ })
#define WANTS_DUE(x, ...) wants(__LINE__, x, 1, (struct state){ __VA_ARGS__ })

static void
wants(int line, int what, int due, struct state p)
{
	if (needs_of(&p, due) == what)
		return;
	fprintf(stderr, "needs_test.c:%d: %d, not %d\n", line, needs_of(&p, due), what);
	exit(1);
}

/* Where no monitor may stay, at 2030-01-01; at: resume_at or retry_at. */
static void
step(int line, int what, const char *at, struct state p)
{
	static struct manifest m;

	m.n = 0;
	if (manifest_set(&m, p.status == ST_LIMITED ? "resume_at" : "retry_at", at) ||
		needs_step(needs_of(&p, 0), &p, &m, 1893456000) != what) {
		fprintf(stderr, "needs_test.c:%d: not %d\n", line, what);
		exit(1);
	}
}

int
main(void)
{
	static const enum status resting[] = { ST_CRASHED, ST_HUNG, ST_LIMITED };
	static const enum status ends[] = { ST_COMPLETED, ST_FAILED, ST_STOPPED };

	/* both gone; one gone; neither */
	WANTS(NEEDS_MONITOR | NEEDS_NOTICE, .status = ST_RUNNING);
	WANTS(NEEDS_MONITOR | NEEDS_NOTICE, .status = ST_LAUNCHING);
	WANTS(NEEDS_MONITOR, .status = ST_LAUNCHING, .queued = 1);
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
	/* where no monitor may stay: nobody is told, nothing done beside a wrapper or too soon */
	STEP(NEEDS_MONITOR, "", .status = ST_RUNNING);
	STEP(0, "", .status = ST_RUNNING, .held = 1);
	STEP(NEEDS_MONITOR, "", .status = ST_RUNNING, .held = 1, .stop = 1);
	STEP(0, "2030-01-01T00:00:01Z", .status = ST_CRASHED);
	STEP(NEEDS_MONITOR, "2030-01-01T00:00:00Z", .status = ST_CRASHED);
	STEP(NEEDS_MONITOR, "2030-01-01T00:00:01Z", .status = ST_CRASHED, .stop = 1);
	STEP(0, "2030-01-01T00:00:01Z", .status = ST_LIMITED);
	STEP(NEEDS_MONITOR, "2029-12-31T23:59:59Z", .status = ST_LIMITED);
	puts("needs: ok");
	return 0;
}
