/* quiet_hours - the hours in which only urgent notices are delivered */
#include "task/quiet_hours.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_MIN = 24 * 60 };

/* Reads "8:05" at *s, and steps over it: minutes of the day; -1. */
static int
minutes(const char **s)
{
	int v[2];

	for (int i = 0; i < 2; i++) {
		size_t n = strspn(*s, "0123456789");

		if (n < (i ? 2u : 1u) || n > 2 || (!i && (*s)[n] != ':'))
			return -1;
		v[i] = atoi(*s);
		*s += n + !i;
	}
	return v[0] < 24 && v[1] < 60 ? v[0] * 60 + v[1] : -1;
}

/* POSIX's form: a name of three letters or more, or one in <>, and an offset. */
static int
posix_form(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t n = strspn(s, letters), in = strcspn(s, ">");

	if (*s == '<' && s[in] == '>')
		n = in + 1;
	s += n;
	s += *s == '+' || *s == '-';
	return n >= 3 && *s >= '0' && *s <= '9';
}

int
quiet_hours_parse(const char *s, struct quiet_hours *q, char why[WHY])
{
	const char *p = s;

	memset(q, 0, sizeof *q);
	if (!*s)
		return 0;
	if ((q->from = minutes(&p)) < 0 || *p++ != '-' || (q->to = minutes(&p)) < 0 ||
		(*p && *p != ' ') || q->from == q->to)
		return err_why(why, "quiet_hours=%s: not like 23:00-08:00, or 23:00-08:00 "
			"Europe/Berlin", s);
	p += strspn(p, " ");
	if (strlen(p) >= sizeof q->zone || (*p && !timezone_known(p) && !posix_form(p)))
		return err_why(why, "quiet_hours=%s: unknown time zone %s", s, p);
	memcpy(q->zone, p, strlen(p) + 1);
	return 0;
}

static long long
until(const struct quiet_hours *q, long long now)
{
	time_t clock = (time_t)now, end;
	struct tm tm;
	int at, inside;

	if (!localtime_r(&clock, &tm))
		return 0;
	at = tm.tm_hour * 60 + tm.tm_min;
	inside = q->from < q->to ? at >= q->from && at < q->to : at >= q->from || at < q->to;
	if (!inside)
		return 0;
	tm.tm_mday += at >= q->to;
	tm.tm_hour = q->to / 60;
	tm.tm_min = q->to % 60;
	tm.tm_sec = 0;
	tm.tm_isdst = -1;
	end = mktime(&tm);
	/* If a change to or from summer time skips the end, mktime may name a past moment. */
	return (long long)end > now ? (long long)end : now + 60;
}

long long
quiet_hours_until(const struct quiet_hours *q, long long now)
{
	long long end;
	char *saved;

	if (q->from == q->to)
		return 0;
	if (!*q->zone) {
		tzset();
		return until(q, now);
	}
	if (timezone_enter(q->zone, &saved))
		return 0;
	end = until(q, now);
	timezone_leave(saved);
	return end;
}
