/* quiet_hours - the hours in which only urgent notices are delivered */
#ifndef TASK_QUIET_HOURS_H
#define TASK_QUIET_HOURS_H

#include "base/err.h"
#include "base/timezone.h"

struct quiet_hours {
	int from, to;         /* minutes of the day; equal: never */
	char zone[TIMEZONE_NAME]; /* "": local time */
};

/*
 * "23:00-08:00", or with a time zone behind it: a name that the system knows, or POSIX's own form
 * (CET-1CEST,M3.5.0,M10.5.0/3). "": never. 0; -1 with why.
 */
int quiet_hours_parse(const char *s, struct quiet_hours *q, char why[WHY]);

/* 0 if now (epoch seconds) is outside of them; else about when they end, later than now. */
long long quiet_hours_until(const struct quiet_hours *q, long long now);

#endif
