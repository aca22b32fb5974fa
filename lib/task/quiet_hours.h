/* quiet_hours - the hours in which only what cannot wait is told; no I/O */
#ifndef TASK_QUIET_HOURS_H
#define TASK_QUIET_HOURS_H

#include "base/err.h"
#include "base/timezone.h"

struct quiet_hours {
	int from, to;         /* minutes of the day; equal: never */
	char zone[TIMEZONE_NAME]; /* "": local time */
};

/* "23:00-08:00", or with a zone behind it: one that the system knows by name, or POSIX's own form (CET-1CEST,M3.5.0,M10.5.0/3). "": never. 0; -1 with why. */
int quiet_hours_parse(const char *s, struct quiet_hours *q, char why[WHY]);

/* 0 if now (epoch seconds) is not within them; else when they end, later than now: about then one looks again. */
long long quiet_hours_until(const struct quiet_hours *q, long long now);

#endif
