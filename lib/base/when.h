/* when - a span and a time of day in words, for a person */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

enum { WHEN_TEXT = 48 };

/* "45 s", "12 min", "3 h 5 min", "2 days 4 h"; what is negative counts as 0. Returns buf. */
char *when_span(long long seconds, char buf[WHEN_TEXT]);

/* Epoch seconds, in local time: "15:10", "Tue 15:10", "3 Nov 15:10" or "2025-11-03". */
char *when_local(long long t, long long now, char buf[WHEN_TEXT]);

/* "15:10, in 14 min" or "15:10, 2 h 3 min ago". */
char *when_relative(long long t, long long now, char buf[WHEN_TEXT]);

#endif
