/* timezone - another time zone for a moment: POSIX knows but one, so TZ is set and then reset */
#ifndef BASE_TIMEZONE_H
#define BASE_TIMEZONE_H

enum { TIMEZONE_NAME = 64 };

/* 1 if the system has a time zone of that name ("Europe/Berlin"). */
int timezone_known(const char *name);

/* Sets TZ until timezone_leave, which takes *saved. 0; -1 with errno, and TZ is as it was. */
int timezone_enter(const char *zone, char **saved);
void timezone_leave(char *saved);

#endif
