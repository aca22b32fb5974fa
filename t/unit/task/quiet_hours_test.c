/* quiet_hours_test - across midnight, in time zones, when the clock is put forward and back */
#include "base/clock.h"
#include "task/quiet_hours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define YORK "EST5EDT,M3.2.0,M11.1.0"

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "quiet_hours_test.c:%d: %s\n", line, what);
	exit(1);
}

/* When quiet hours end that hold at a moment in UTC: "0" if none do. */
static const char *
until(const char *setting, const char *utc)
{
	static char buf[CLOCK_UTC];
	char why[WHY] = "";
	struct quiet_hours q;
	long long now = clock_parse(utc), end;

	CHECK(now > 0);
	if (quiet_hours_parse(setting, &q, why))
		fail(__LINE__, why);
	end = quiet_hours_until(&q, now);
	CHECK(end == 0 || end > now);
	return end ? clock_utc(end, buf) : "0";
}

#define UNTIL(setting, utc, end) CHECK(!strcmp(until(setting, utc), end))

static void
across_midnight(void)
{
	UNTIL("23:00-08:00 UTC0", "2026-05-01T22:59:59Z", "0");
	UNTIL("23:00-08:00 UTC0", "2026-05-01T23:00:00Z", "2026-05-02T08:00:00Z");
	UNTIL("23:00-08:00 UTC0", "2026-12-31T23:59:59Z", "2027-01-01T08:00:00Z");
	UNTIL("23:00-08:00 UTC0", "2026-05-02T00:00:00Z", "2026-05-02T08:00:00Z");
	UNTIL("23:00-08:00 UTC0", "2026-05-02T07:59:59Z", "2026-05-02T08:00:00Z");
	UNTIL("23:00-08:00 UTC0", "2026-05-02T08:00:00Z", "0");
}

static void
within_a_day(void)
{
	UNTIL("9:30-17:05 UTC0", "2026-05-01T09:29:59Z", "0");
	UNTIL("9:30-17:05 UTC0", "2026-05-01T09:30:00Z", "2026-05-01T17:05:00Z");
	UNTIL("9:30-17:05 UTC0", "2026-05-01T17:05:00Z", "0");
	UNTIL("0:00-23:59 UTC0", "2026-05-01T00:00:00Z", "2026-05-01T23:59:00Z");
	UNTIL("12:00-0:00 UTC0", "2026-05-01T23:59:59Z", "2026-05-02T00:00:00Z");
}

static void
in_a_zone(void)
{
	UNTIL("23:00-08:00 " BERLIN, "2026-07-01T20:59:59Z", "0");
	UNTIL("23:00-08:00 " BERLIN, "2026-07-01T21:00:00Z", "2026-07-02T06:00:00Z");
	UNTIL("23:00-08:00 " BERLIN, "2026-01-01T21:30:00Z", "0");
	UNTIL("23:00-08:00 " BERLIN, "2026-01-01T22:00:00Z", "2026-01-02T07:00:00Z");
	UNTIL("23:00-08:00 " YORK, "2026-07-02T03:30:00Z", "2026-07-02T12:00:00Z");
	UNTIL("23:00-08:00 <+0545>-5:45", "2026-07-01T17:15:00Z", "2026-07-02T02:15:00Z");
	if (timezone_known("Asia/Tokyo"))
		UNTIL("23:00-08:00 Asia/Tokyo", "2026-07-01T14:00:00Z", "2026-07-01T23:00:00Z");
}

static void
local_time_and_TZ_is_put_back(void)
{
	setenv("TZ", YORK, 1);
	UNTIL("23:00-08:00", "2026-07-02T03:30:00Z", "2026-07-02T12:00:00Z");
	UNTIL("23:00-08:00 UTC0", "2026-07-02T03:30:00Z", "2026-07-02T08:00:00Z");
	CHECK(!strcmp(getenv("TZ"), YORK));
	UNTIL("23:00-08:00", "2026-07-02T03:30:00Z", "2026-07-02T12:00:00Z");
	unsetenv("TZ");
	UNTIL("23:00-08:00 " YORK, "2026-07-02T03:30:00Z", "2026-07-02T12:00:00Z");
	CHECK(!getenv("TZ"));
}

/* Berlin: 2026-03-29 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00. */
static void
the_clock_is_put_forward_and_back(void)
{
	UNTIL("23:00-08:00 " BERLIN, "2026-03-28T23:00:00Z", "2026-03-29T06:00:00Z");
	UNTIL("23:00-08:00 " BERLIN, "2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z");
	/* the end does not exist that night: about then */
	CHECK(clock_parse(until("23:00-02:30 " BERLIN,
		"2026-03-29T00:30:00Z")) <= clock_parse("2026-03-29T02:00:00Z"));
	UNTIL("23:00-02:30 " BERLIN, "2026-03-29T01:00:00Z", "0");
	/* the end comes twice: in the second of the two hours it is quiet again */
	CHECK(strcmp(until("23:00-02:30 " BERLIN, "2026-10-25T01:10:00Z"), "0"));
	UNTIL("23:00-02:30 " BERLIN, "2026-10-25T01:30:00Z", "0");
}

static void
what_is_no_such_setting(void)
{
	static const char *const bad[] = { "23:00", "23:00-", "24:00-8:00", "23:60-8:00", "23-8",
		"8:0-9:00", "8:00-8:00", "8:00-9:00Europe/Berlin", "8:00-9:00 Mars/Base",
		"8:00-9:00 ../../../etc/passwd",
		"-8:00-9:00", "8:00 -9:00", "8:00-9:00 /etc/localtime", "8:00-9:00 AB3" };
	struct quiet_hours q;
	char why[WHY];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!quiet_hours_parse(bad[i], &q, why))
			fail(__LINE__, bad[i]);
	CHECK(!quiet_hours_parse("", &q, why) && !quiet_hours_until(&q, 1000));
}

int
main(void)
{
	across_midnight();
	within_a_day();
	in_a_zone();
	local_time_and_TZ_is_put_back();
	the_clock_is_put_forward_and_back();
	what_is_no_such_setting();
	puts("quiet_hours: ok");
	return 0;
}
