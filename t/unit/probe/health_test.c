/* health_test - which fact decides how a task is */
#include "probe/health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "health_test.c:%d: %s\n", line, what);
	exit(1);
}

static struct health_facts
running(long long silent)
{
	return (struct health_facts){
		.status = ST_RUNNING,
		.held = 1,
		.rule = { .silence_s = 90, .grace_s = 30, .tool_s = 1800 },
		.look = { .now = 10000, .last_write = 10000 - silent },
	};
}

static void
expect(int line, struct health_facts f, enum health h, int well, const char *rests_on)
{
	const char *why;

	if (health_judge(&f, &why) != h)
		fail(line, health_word(health_judge(&f, &why)));
	if (health_well(h, &f) != well)
		fail(line, "well");
	if (strcmp(why, rests_on))
		fail(line, why);
}

int
main(void)
{
	struct health_facts f = { .status = ST_COMPLETED, .done = 1 };

	expect(__LINE__, f, HEALTH_OK, 1, "done");
	f.status = ST_FAILED;
	expect(__LINE__, f, HEALTH_OK, 0, "done");
	expect(__LINE__, running(0), HEALTH_OK, 1, "lock");
	expect(__LINE__, running(89), HEALTH_OK, 1, "lock");
	expect(__LINE__, running(90), HEALTH_QUIET, 1, "silence");
	expect(__LINE__, running(120), HEALTH_STALE, 0, "silence");
	/* what a monitor says about silence counts, not the files' times */
	f = running(99999);
	f.watched = 1;
	expect(__LINE__, f, HEALTH_OK, 1, "lock");
	f = running(0);
	f.watched = f.quiet = 1;
	expect(__LINE__, f, HEALTH_QUIET, 1, "silence");
	/* another host's clock is not measured by ours */
	f = running(99999);
	f.elsewhere = 1;
	expect(__LINE__, f, HEALTH_OK, 1, "lock");
	f.watched = f.quiet = 1;
	expect(__LINE__, f, HEALTH_QUIET, 1, "silence");
	f = running(500);
	f.look.tools = 1;
	f.look.tool_age_s = 500;
	expect(__LINE__, f, HEALTH_QUIET, 1, "open tool");
	f.look.tool_age_s = 1800;
	expect(__LINE__, f, HEALTH_STALE, 0, "silence");
	f = running(0);
	f.waiting = 1;
	expect(__LINE__, f, HEALTH_WAITING, 0, "screen");
	f.done = 1; /* done decides before all else */
	f.status = ST_COMPLETED;
	expect(__LINE__, f, HEALTH_OK, 1, "done");
	f = running(99999);
	f.rule.silence_s = 0; /* silence means nothing for a command */
	expect(__LINE__, f, HEALTH_OK, 1, "lock");
	f = (struct health_facts){ .status = ST_RUNNING };
	expect(__LINE__, f, HEALTH_LOST, 0, "the lock is free");
	f.watched = 1;
	expect(__LINE__, f, HEALTH_OK, 1, "monitor");
	f = (struct health_facts){ .status = ST_CREATED };
	expect(__LINE__, f, HEALTH_OK, 0, "status");
	CHECK(!strcmp(health_word(HEALTH_WAITING), "waiting_for_input"));
	return 0;
}
