/* reset - a reset time out of an agent's words: "in 2 hours 5 minutes", "at Mar 17th, 2030 5:46 PM", "resets 3:03am (UTC)", "limit reached|1795230227" */
#include "clock.h"
#include "said.h"
#include "zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum {
	SOON = 60, /* for one that has just passed: its seconds were cut off when it was written */
	JUST_PASSED = 600
};

/* The first moment not before now that was meant. Under the TZ of the moment. */
static long long
resolve(const struct said *t, long long now)
{
	time_t clock = (time_t)now, at;
	struct tm today, tm;

	if (!localtime_r(&clock, &today))
		return 0;
	tm = (struct tm){.tm_year = today.tm_year, .tm_mon = today.tm_mon, .tm_mday = today.tm_mday, .tm_hour = t->hour, .tm_min = t->min, .tm_sec = t->sec, .tm_isdst = -1};
	if (t->mon >= 0) {
		tm.tm_mon = t->mon;
		tm.tm_mday = t->day;
		tm.tm_year = t->year > 0 ? t->year - 1900 : today.tm_year;
	} else {
		tm.tm_mday += t->wday >= 0 ? (t->wday - today.tm_wday + 7) % 7 : t->ahead;
	}
	today = tm;
	at = mktime(&tm);
	if (t->mon < 0 && t->wday < 0 && !t->ahead && (long long)at - SAID_DAY > now - JUST_PASSED && (long long)at - SAID_DAY <= now)
		return now; /* just before midnight */
	if (at == (time_t)-1 || (long long)at > now - JUST_PASSED || t->year > 0)
		return (long long)at;
	if (t->mon >= 0) /* without its year: the next one, unless it is but a day ago */
		today.tm_year += (long long)at < now - SAID_DAY;
	else
		today.tm_mday += t->wday >= 0 ? 7 : 1;
	return (long long)mktime(&today);
}

static long long
resolve_in(const char *zone, const struct said *t, long long now)
{
	char *saved;
	long long at;

	if (zone_enter(zone, &saved))
		return 0;
	at = resolve(t, now);
	zone_leave(saved);
	return at;
}

/* An absolute time at s; 0 if there is none. */
static long long
moment(const char *s, long long now)
{
	struct said t;
	const char *p = said_blanks(s);
	char zone[32];

	said_nothing(&t);
	if (said_date(&p, &t) < 0)
		return 0;
	if (said_time(&p, &t) < 0) {
		if (t.mon < 0)
			return 0;
		t.hour = t.min = t.sec = 0;
	}
	said_zone(p, &t);
	if (t.has_offset) { /* POSIX counts west */
		snprintf(zone, sizeof zone, "RCA%c%02d:%02d", t.offset > 0 ? '-' : '+', abs(t.offset) / 3600, abs(t.offset) / 60 % 60);
		return resolve_in(zone, &t, now);
	}
	if (t.zone[0] && zone_known(t.zone))
		return resolve_in(t.zone, &t, now);
	tzset();
	return resolve(&t, now);
}

/* The first time in s that stands where one would. */
static long long
scan(const char *s, long long now)
{
	static const char *const before[] = {"in", "after", "at", "on", "until", "resets", "reset", "again", "by", "wait"};
	char last = ' ';

	for (; *s; last = *s++) {
		size_t n = said_letters(s);
		int in_word = (last >= 'a' && last <= 'z') || (last >= 'A' && last <= 'Z');
		long long t;

		if (last == '|' && (t = said_epoch(s)) > 0)
			return t;
		if (in_word || n == 0)
			continue;
		for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
			const char *p = s + n;

			if (strlen(before[i]) != n || strncasecmp(before[i], s, n) != 0)
				continue;
			p += *p == ':';
			if ((t = said_duration(p)) > 0)
				return now + t;
			if ((t = moment(p, now)) > 0 || (t = said_epoch(said_blanks(p))) > 0)
				return t;
		}
	}
	return 0;
}

long long
clock_reset(const char *text, long long now)
{
	static const char *const about[] = {"try again", "reset", "retry", "available", "until", "wait"};
	long long at = 0;

	for (size_t i = 0; i < sizeof about / sizeof about[0] && at == 0; i++)
		for (const char *s = text; *s && at == 0; s++)
			if (strncasecmp(s, about[i], strlen(about[i])) == 0)
				at = scan(s, now);
	if (at == 0)
		at = scan(text, now);
	if (at <= 0 || at > now + SAID_LONGEST + 4000LL * SAID_DAY)
		return 0;
	return at <= now ? now + SOON : at;
}
