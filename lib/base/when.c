/* when - a span and a time of day in words, for a person */
#include "base/when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

char *
when_span(long long s, char buf[WHEN_TEXT])
{
	if (s < MINUTE)
		snprintf(buf, WHEN_TEXT, "%lld s", s < 0 ? 0 : s);
	else if (s < HOUR)
		snprintf(buf, WHEN_TEXT, "%lld min", s / MINUTE);
	else if (s < 2 * DAY)
		snprintf(buf, WHEN_TEXT, "%lld h %lld min", s / HOUR, s / MINUTE % 60);
	else
		snprintf(buf, WHEN_TEXT, "%lld days %lld h", s / DAY, s / HOUR % 24);
	return buf;
}

/* Nobody calls setlocale, so the names of days and months are English. */
char *
when_local(long long t, long long now, char buf[WHEN_TEXT])
{
	time_t at = (time_t)t, today = (time_t)now;
	long long apart = t < now ? now - t : t - now;
	struct tm tm, here;

	if (!localtime_r(&at, &tm) || !localtime_r(&today, &here)) {
		snprintf(buf, WHEN_TEXT, "?");
		return buf;
	}
	if (tm.tm_year == here.tm_year && tm.tm_yday == here.tm_yday)
		strftime(buf, WHEN_TEXT, "%H:%M", &tm);
	else if (apart < 6LL * DAY)
		strftime(buf, WHEN_TEXT, "%a %H:%M", &tm);
	else if (apart < 180LL * DAY)
		strftime(buf, WHEN_TEXT, "%d %b %H:%M", &tm);
	else
		strftime(buf, WHEN_TEXT, "%Y-%m-%d", &tm);
	if (*buf == '0' && buf[2] == ' ')
		memmove(buf, buf + 1, strlen(buf));
	return buf;
}

char *
when_relative(long long t, long long now, char buf[WHEN_TEXT])
{
	char span[WHEN_TEXT];
	size_t n;

	when_span(t < now ? now - t : t - now, span);
	n = strlen(when_local(t, now, buf));
	snprintf(buf + n, WHEN_TEXT - n, ", %s%s%s", t > now ? "in " : "", span,
		t > now ? "" : " ago");
	return buf;
}
