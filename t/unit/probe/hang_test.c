/* hang_test - silence, grace, processor time, tools: when an attempt is hung and when it is not */
#include "probe/hang.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static const struct hang_rule rule = { .silence_s = 90, .grace_s = 30, .tool_s = 1800 };

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "hang_test.c:%d: %s\n", line, what);
	exit(1);
}

static enum hang_finding
step(struct hang *h, long long now, long long last, long long cpu_ms, int tools, long long tool_age)
{
	return hang_step(h, &rule, &(struct hang_evidence){
		.now = now, .last_write = last,
		.cpu_ms = cpu_ms, .tools = tools, .tool_age_s = tool_age });
}

static void
silent_and_idle_is_hung_after_the_grace(void)
{
	struct hang h = { 0 };

	CHECK(step(&h, 1089, 1000, 0, 0, 0) == HANG_NO);
	CHECK(step(&h, 1090, 1000, 500, 0, 0) == HANG_BEGUN);
	CHECK(step(&h, 1119, 1000, 500, 0, 0) == HANG_QUIET);
	CHECK(step(&h, 1120, 1000, 500, 0, 0) == HANG_HUNG);
}

static void
timers_are_not_work(void)
{
	struct hang h = { 0 };

	step(&h, 1090, 1000, 500, 0, 0);
	CHECK(step(&h, 1120, 1000, 500 + 300, 0, 0) == HANG_HUNG); /* 1 % of 30 s */
	h = (struct hang){ 0 };
	step(&h, 1090, 1000, 500, 0, 0);
	CHECK(step(&h, 1120, 1000, 500 + 301, 0, 0) == HANG_BUSY);
	CHECK(step(&h, 1149, 1000, 801, 0, 0) == HANG_QUIET); /* the grace begins again */
	CHECK(step(&h, 1150, 1000, 801, 0, 0) == HANG_HUNG);
}

static void
background_work_excuses_for_its_own_time(void)
{
	struct hang h = { 0 };
	struct hang_rule r = { .silence_s = 90, .grace_s = 30, .tool_s = 10, .background_s = 600 };
	struct hang_evidence l = { .now = 1090, .last_write = 1000, .background = 1 };

	CHECK(hang_step(&h, &r, &l) == HANG_BEGUN);
	l.now = 1120;
	CHECK(hang_step(&h, &r, &l) == HANG_BUSY);
	l.now = 1600; /* the wrapper's own limit: it ends the attempt before the monitor does */
	CHECK(hang_step(&h, &r, &l) == HANG_BUSY);
	l.now = 1630;
	CHECK(hang_step(&h, &r, &l) == HANG_HUNG);
}

static void
a_tree_that_lost_processes_is_alive(void)
{
	struct hang h = { 0 };

	step(&h, 1090, 1000, 5000, 0, 0);
	CHECK(step(&h, 1120, 1000, 100, 0, 0) == HANG_BUSY);
}

static void
an_open_tool_excuses_for_its_time(void)
{
	struct hang h = { 0 };

	step(&h, 1090, 1000, 0, 1, 90);
	CHECK(step(&h, 1120, 1000, 0, 1, 120) == HANG_BUSY);
	CHECK(step(&h, 2830, 1000, 0, 1, 1830) == HANG_HUNG);
}

static void
a_tool_that_has_closed_is_a_sign_of_life(void)
{
	struct hang h = { 0 };

	step(&h, 1090, 1000, 0, 1, 90);
	CHECK(step(&h, 1120, 1000, 0, 0, 0) == HANG_BUSY); /* its result is on its way */
	CHECK(step(&h, 1150, 1000, 0, 0, 0) == HANG_HUNG);
}

/* Its clock is not ours, and it may say nothing new. */
static void
what_another_host_says_is_measured_by_its_own_clock(void)
{
	struct hang h = { 0 };
	struct hang_evidence e = { .now = 1090, .last_write = 1000, .cpu_ms = 500, .at_ms = 7000 };

	CHECK(hang_step(&h, &rule, &e) == HANG_BEGUN);
	e.now = 1120;
	CHECK(hang_step(&h, &rule, &e) == HANG_QUIET); /* nothing new: the grace begins again */
	e.now = 1149;
	e.at_ms = 17000;
	CHECK(hang_step(&h, &rule, &e) == HANG_QUIET);
	e.now = 1150;
	e.cpu_ms = 601; /* more than 1 % of its 10 s */
	CHECK(hang_step(&h, &rule, &e) == HANG_BUSY);
	e.now = 1180;
	e.at_ms = 27000;
	e.cpu_ms = 701;
	CHECK(hang_step(&h, &rule, &e) == HANG_HUNG);
}

static void
output_ends_the_grace(void)
{
	struct hang h = { 0 };

	step(&h, 1090, 1000, 0, 0, 0);
	CHECK(step(&h, 1110, 1105, 0, 0, 0) == HANG_NO);
	CHECK(!h.quiet);
	CHECK(step(&h, 1195, 1105, 0, 0, 0) == HANG_BEGUN);
}

static void
costly_looks_only_when_silent(void)
{
	struct hang h = { 0 };

	CHECK(!hang_wants_cpu(&h, &rule, 1050, 1000));
	CHECK(hang_wants_cpu(&h, &rule, 1090, 1000));
	h.quiet = 1;
	h.since = 1090;
	CHECK(!hang_wants_cpu(&h, &rule, 1100, 1000));
	CHECK(hang_wants_cpu(&h, &rule, 1120, 1000));
}

static void
wakes_at_the_end_of_the_grace_at_most_once_a_base(void)
{
	struct hang h = { 0 };

	CHECK(hang_next(&h, &rule, 1000, 30) == 30);
	h.quiet = 1;
	h.since = 1090;
	CHECK(hang_next(&h, &rule, 1090, 60) == 30);
	CHECK(hang_next(&h, &rule, 1115, 60) == 5);
	CHECK(hang_next(&h, &rule, 1200, 60) == 1);
	CHECK(hang_next(&h, &rule, 1090, 10) == 10);
}

int
main(void)
{
	silent_and_idle_is_hung_after_the_grace();
	timers_are_not_work();
	background_work_excuses_for_its_own_time();
	a_tree_that_lost_processes_is_alive();
	an_open_tool_excuses_for_its_time();
	a_tool_that_has_closed_is_a_sign_of_life();
	what_another_host_says_is_measured_by_its_own_clock();
	output_ends_the_grace();
	costly_looks_only_when_silent();
	wakes_at_the_end_of_the_grace_at_most_once_a_base();
	return 0;
}
