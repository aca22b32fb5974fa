/* clock_test - UTC as text, and reset times that agents print */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include "agent/reset_time.h"
#include "base/clock.h"
#include "base/when.h"

static int failed;

_Static_assert(sizeof (time_t) == 8 && sizeof (off_t) == 8, "also where a long has 32 bits");

#define CHECK(what, got, want) check(__LINE__, what, got, want)

static void
check(int line, const char *what, long long got, long long want)
{
	char a[CLOCK_UTC], b[CLOCK_UTC];

	if (got == want)
		return;
	printf("%s:%d: %s: %lld (%s), not %lld (%s)\n", __FILE__, line, what, got,
		clock_utc(got, a), want, clock_utc(want, b));
	failed = 1;
}

static long long
reset(const char *text, long long now)
{
	long long at;

	reset_time_read(text, now, &at);
	return at;
}

static void
zone(const char *tz)
{
	setenv("TZ", tz, 1);
	tzset();
}

static void
utc_words(void)
{
	static const struct { const char *s; long long t; } moments[] = {
		{"1970-01-01T00:00:00Z", 0}, {"2000-02-29T23:59:59Z", 951868799},
			{"2026-11-21T03:03:47Z", 1795230227},
		{"2038-01-19T03:14:08Z", 2147483648LL}, {"2100-03-01T00:00:00Z", 4107542400LL},
			{"9999-12-31T23:59:59Z", 253402300799LL}
	};
	static const char *const wrong[] = {
		"", "2026", "2026-11-21 03:03:47Z", "2026-11-21T03:03:47", "2026-11-21T03:03:47Zx",
			"2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
		"2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-21T24:00:00Z",
			"2026-11-21T03:60:00Z", "+026-11-21T03:00:00Z",
			"2026-11-2\xc3\xa4T03:00:00Z"
	};
	char buf[CLOCK_UTC];

	for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
		CHECK(moments[i].s, clock_parse(moments[i].s), moments[i].t);
		CHECK(moments[i].s, strcmp(clock_utc(moments[i].t, buf), moments[i].s), 0);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		CHECK(wrong[i], clock_parse(wrong[i]), -1);
	for (long long t = 0; t < 253402300799LL; t += 86399 * 97 + 12345)
		CHECK("there and back", clock_parse(clock_utc(t, buf)), t);
	CHECK("before 1970", strcmp(clock_utc(-5, buf), "1970-01-01T00:00:00Z"), 0);
	CHECK("after 9999", strcmp(clock_utc(9000000000000LL, buf), "9999-12-31T23:59:59Z"), 0);
}

static void
running(void)
{
	long long a = clock_ms(), now = clock_now();

	CHECK("the clock goes on", clock_ms() >= a, 1);
	CHECK("the year is past 2025", now > 1767225600LL, 1);
}

/* now is 2026-11-21T00:00:00Z, a Saturday, in all of these. */
static void
resets(void)
{
	const long long now = clock_epoch(2026, 11, 21, 0, 0, 0), hour = 3600, day = 86400;
	const struct { const char *text; long long at; } cases[] = {
		{"You\xe2\x80\x99ve hit your usage limit. Upgrade to Pro "
			"(https://example.com/pro), visit https://example.com/usage to purchase "
			"more credits or try again at Mar 17th, 2030 5:46 PM.",
			clock_epoch(2030, 3, 17, 17, 46, 0)},
		{"You've hit your session limit \xc2\xb7 resets 3:03am (UTC)",
			now + 3 * hour + 3 * 60},
		{"You've hit your limit \xc2\xb7 resets Mar 3, 9am (Europe/Berlin)",
			clock_epoch(2027, 3, 3, 8, 0, 0)},
		{"resets Jul 3, 9am (Europe/Berlin)", clock_epoch(2027, 7, 3, 7, 0, 0)},
		{"resets Dec 3 at 9:30pm (America/New_York)", clock_epoch(2026, 12, 4, 2, 30, 0)},
		{"resets 9am (Asia/Kolkata)", now + 3 * hour + 30 * 60},
		{"or try again at 11:05 PM.", now + 23 * hour + 5 * 60},
		{"try again at 11:05\xe2\x80\xafPM", now + 23 * hour + 5 * 60},
		{"try again at 17:46", now + 17 * hour + 46 * 60},
		{"try again at 12:15 AM", now + 15 * 60},
		{"try again at 12:15 p.m. today", now + 12 * hour + 15 * 60},
		{"Try again in 2 hours 5 minutes.", now + 2 * hour + 5 * 60},
		{"try again in 3 days", now + 3 * day},
		{"try again in 1 day, 2 hours and 3 minutes", now + day + 2 * hour + 180},
		{"Rate limit reached. Please try again in 45s.", now + 45},
		{"Please retry in 32.4s", now + 33},
		{"Please try again in 6m0s.", now + 360},
		{"try again in 1h30m", now + 90 * 60},
		{"retry after 30 seconds", now + 30},
		{"Retry-After: in 500ms", now + 1},
		{"wait 2 minutes", now + 120},
		{"Claude AI usage limit reached|1795230227", 1795230227},
		{"limit reached, resets at 1795230227", 1795230227},
		{"limit reached|1795230227000", 1795230227},
		{"resets at 2026-12-01T10:00:00Z", clock_epoch(2026, 12, 1, 10, 0, 0)},
		{"resets at 2026-12-01T10:00:00.123+02:00", clock_epoch(2026, 12, 1, 8, 0, 0)},
		{"resets at 2026-12-01 10:00:00 UTC", clock_epoch(2026, 12, 1, 10, 0, 0)},
		{"resets at 2026-12-01 10:00 -0530", clock_epoch(2026, 12, 1, 15, 30, 0)},
		{"resets 5pm PST", clock_epoch(2026, 11, 21, 1, 0, 0)},
		{"available again on Monday at 9am", clock_epoch(2026, 11, 23, 9, 0, 0)},
		{"resets tomorrow at 9am", clock_epoch(2026, 11, 22, 9, 0, 0)},
		{"until 17 March 2027, 10:00", clock_epoch(2027, 3, 17, 10, 0, 0)},
		{"resets on December 1st", clock_epoch(2026, 12, 1, 0, 0, 0)},
		{"in the last 5 hours you hit your limit; it resets at 3am", now + 3 * hour},
		/* seconds are cut off in what is printed: this is now, not tomorrow */
		{"try again at 11:58 PM", now + 60},
		{"try again at 12:00 AM", now + 60},
		{"resets Nov 20, 11pm", now + 60},
		{"try again at Mar 17th, 2020 5:46 PM", now + 60}
	};
	static const char *const nonsense[] = {
		"", "try again", "try again later", "try again in a moment",
			"Please try again later.", "in 5 files", "retry after 3 attempts",
			"error at 127.0.0.1:8791",
		"error at 10.0.0.1:80", "in 2 hour-long meetings at the office", "resets 25:00",
			"resets 13pm", "resets 5:99pm", "at Febtober 3", "at 31st",
			"resets Mar 99, 9am",
		"in 99999999999999999999 hours", "in 1e400 seconds", "in -5 minutes",
			"in 0 seconds", "until", "at ", "resets ", "|123", "status 404 at line 30",
			"in 900 days",
		"try again at 9999-99-99T99:99:99Z", "resets 0am", "in 0x10 hours"
	};

	zone("UTC0");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		CHECK(cases[i].text, reset(cases[i].text, now), cases[i].at);
	for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++)
		CHECK(nonsense[i], reset(nonsense[i], now), 0);
}

static void
midnight(void)
{
	const long long now = clock_epoch(2026, 12, 31, 23, 30, 0);

	zone("UTC0");
	CHECK("past midnight and the year", reset("try again at 2:10 AM.", now),
		clock_epoch(2027, 1, 1, 2, 10, 0));
	CHECK("next year", reset("resets Jan 2, 9am", now), clock_epoch(2027, 1, 2, 9, 0, 0));
	CHECK("this year", reset("resets Dec 31, 11:45pm", now),
		clock_epoch(2026, 12, 31, 23, 45, 0));
	CHECK("the day of the zone counts", reset("resets 9am (Asia/Tokyo)", now),
		clock_epoch(2027, 1, 1, 0, 0, 0));
	CHECK("same weekday, later", reset("on Thursday at 9am", now),
		clock_epoch(2027, 1, 7, 9, 0, 0));
}

/* Clocks go forward on 2026-03-29 and back on 2026-10-25 at 01:00 UTC in Berlin. */
static void
summer_time(void)
{
	const long long before = clock_epoch(2026, 3, 28, 22, 0, 0),
		autumn = clock_epoch(2026, 10, 24, 21, 0, 0);
	const char *tz;

	zone("Europe/Berlin");
	CHECK("23:00 local, over the gap", reset("try again at 9:00 AM", before),
		clock_epoch(2026, 3, 29, 7, 0, 0));
	CHECK("over the doubled hour", reset("try again at 9:00 AM", autumn),
		clock_epoch(2026, 10, 25, 8, 0, 0));
	CHECK("another zone than ours", reset("resets 9am (America/New_York)", before),
		clock_epoch(2026, 3, 29, 13, 0, 0));
	CHECK("a duration knows no zone", reset("in 24 hours", before), before + 86400);
	CHECK("an unknown zone is ours", reset("resets 9am (Middle/Earth)", before),
		clock_epoch(2026, 3, 29, 7, 0, 0));
	CHECK("a path is not a zone", reset("resets 9am (../../etc/passwd)", before),
		clock_epoch(2026, 3, 29, 7, 0, 0));
	tz = getenv("TZ");
	CHECK("TZ is as it was", tz ? strcmp(tz, "Europe/Berlin") : 1, 0);
	unsetenv("TZ");
	tzset();
	reset("resets 9am (America/New_York)", before);
	CHECK("and stays unset", getenv("TZ") == NULL, 1);
}

static void
same(int line, const char *got, const char *want)
{
	if (!strcmp(got, want))
		return;
	printf("%s:%d: %s, not %s\n", __FILE__, line, got, want);
	failed = 1;
}

/* For a person; midnight here is 23:00 UTC. */
static void
words(void)
{
	const long long now = 1795219200; /* Sat 2026-11-21 01:00 */
	char buf[WHEN_TEXT];

	zone("CET-1");
#define SAME(got, want) same(__LINE__, got, want)
	SAME(when_span(-5, buf), "0 s");
	SAME(when_span(59, buf), "59 s");
	SAME(when_span(3599, buf), "59 min");
	SAME(when_span(3 * 3600 + 300, buf), "3 h 5 min");
	SAME(when_span(2 * 86400 + 4 * 3600, buf), "2 days 4 h");
	SAME(when_local(now, now, buf), "01:00");
	SAME(when_local(now - 3601, now, buf), "Fri 23:59");
	SAME(when_local(now + 86400, now, buf), "Sun 01:00");
	SAME(when_local(now - 13 * 86400, now, buf), "8 Nov 01:00");
	SAME(when_local(now - 400LL * 86400, now, buf), "2025-10-17");
	SAME(when_relative(now + 840, now, buf), "01:14, in 14 min");
	SAME(when_relative(now - 7200, now, buf), "Fri 23:00, 2 h 0 min ago");
}

int
main(void)
{
	utc_words();
	running();
	resets();
	midnight();
	summer_time();
	words();
	if (!failed)
		puts("clock: ok");
	return failed;
}
