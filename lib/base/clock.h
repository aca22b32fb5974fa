/* clock - times: monotonic, UTC words; only clock_ms, clock_boot_ms and clock_now ask the system */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

enum { CLOCK_UTC = 21 }; /* "2026-01-31T12:00:00Z" and NUL */

/*
 * What measures time is monotonic: clock_ms, which stands still while the machine sleeps, where there
 * is such a clock; and clock_boot_ms, which does not, where there is such a one. clock_now may be set
 * at any moment: it is for stamps, and for times that others have named.
 */
long long clock_ms(void);      /* milliseconds */
long long clock_boot_ms(void); /* milliseconds */
long long clock_now(void);     /* epoch seconds */
/* Writes the UTC form; returns buf. */
char *clock_utc(long long t, char buf[CLOCK_UTC]);
/* Epoch seconds of the UTC form; -1 if it is not one. */
long long clock_parse(const char *s);
/* Proleptic Gregorian, UTC: what timegm does where there is one. mon 1..12. */
long long clock_epoch(int year, int mon, int day, int hour, int min, int sec);

#endif
