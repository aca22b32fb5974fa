/* clock - times: monotonic, UTC words, reset times out of prose; clock_ms and clock_now are the only places that ask the system */
#ifndef CLOCK_H
#define CLOCK_H

#include <stddef.h>

enum { CLOCK_UTC = 21 }; /* "2026-01-31T12:00:00Z" and NUL */

long long clock_ms(void);  /* monotonic milliseconds */
long long clock_now(void); /* epoch seconds */
/* Writes the UTC form; returns buf. */
char *clock_utc(long long t, char buf[CLOCK_UTC]);
/* Epoch seconds of the UTC form; -1 if it is not one. */
long long clock_parse(const char *s);
/* Proleptic Gregorian, UTC: what timegm does where there is one. mon 1..12. */
long long clock_epoch(int year, int mon, int day, int hour, int min, int sec);

/*
 * A reset time out of an agent's words, at now: "try again at Mar 17th, 2030 5:46 PM", "in 2 hours 5 minutes", "in 45s", "resets 3:03am (UTC)", "resets Mar 3, 9am (Europe/Berlin)",
 * "try again at 11:05 PM" (past: tomorrow). A named zone is honoured where the system knows it; none: local time (TZ). Epoch seconds, or 0 if there is none in it.
 */
long long clock_reset(const char *text, long long now);

#endif
