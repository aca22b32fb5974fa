/* stamp - the local time before a log's line, and the date on a line of its own where it changes */
#include "log/stamp.h"

#include <stdio.h>
#include <time.h>

/* The days are of local time, so that they are compared as such. */
static int
same_day(long long a, long long b)
{
	time_t one = (time_t)a, other = (time_t)b;
	struct tm x, y;

	return localtime_r(&one, &x) && localtime_r(&other, &y) && x.tm_yday == y.tm_yday &&
		x.tm_year == y.tm_year;
}

const char *
stamp_text(struct stamp *s, long long at)
{
	time_t now = (time_t)at;
	struct tm tm;
	int same = at == s->last || (s->last && same_day(at, s->last));

	if (!at || !localtime_r(&now, &tm) || !strftime(s->text, sizeof s->text,
		same ? "%H:%M:%S  " : "%Y-%m-%d\n%H:%M:%S  ", &tm))
		snprintf(s->text, sizeof s->text, "%10s", "");
	else
		s->last = at;
	return s->text;
}
