/* clock - monotonic and wall time; UTC as text */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

enum { CLOCK_UTC = 21 }; /* "2026-01-31T12:00:00Z" and NUL */

/*
 * Intervals are measured with the monotonic clocks: clock_ms stands still while the machine
 * sleeps, clock_boot_ms goes on, where the system has such clocks. clock_now can be set back or
 * forth at any moment: it is for stamps, and for times that came from outside.
 */
long long clock_ms(void);      /* milliseconds */
long long clock_boot_ms(void); /* milliseconds */
long long clock_now(void);     /* epoch seconds */

/* Writes t, epoch seconds, in UTC; returns buf. */
char *clock_utc(long long t, char buf[CLOCK_UTC]);
/* Epoch seconds of what clock_utc writes; -1 if s is anything else. */
long long clock_parse(const char *s);
/* timegm, which POSIX lacks: proleptic Gregorian, UTC, mon 1 to 12. */
long long clock_epoch(int year, int mon, int day, int hour, int min, int sec);

#endif
