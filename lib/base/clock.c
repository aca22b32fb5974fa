/* clock - monotonic and wall time; UTC as text */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

/* Linux stops CLOCK_MONOTONIC while the machine sleeps; macOS and the BSDs stop another clock. */
#if defined CLOCK_UPTIME_RAW
#define AWAKE CLOCK_UPTIME_RAW
#elif defined CLOCK_UPTIME
#define AWAKE CLOCK_UPTIME
#else
#define AWAKE CLOCK_MONOTONIC
#endif
#if defined CLOCK_BOOTTIME
#define SINCE_BOOT CLOCK_BOOTTIME
#else
#define SINCE_BOOT CLOCK_MONOTONIC
#endif

static long long
read_ms(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t))
		clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

long long
clock_ms(void)
{
	return read_ms(AWAKE);
}

long long
clock_boot_ms(void)
{
	return read_ms(SINCE_BOOT);
}

long long
clock_now(void)
{
	return (long long)time(NULL);
}

/* Days since 1970-01-01. Years begin in March here, so that the leap day is the last of a year. */
static long long
days(int year, int mon, int day)
{
	long long y = mon <= 2 ? (long long)year - 1 : year;
	long long era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
	long long doy = (153 * (mon + (mon > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

long long
clock_epoch(int year, int mon, int day, int hour, int min, int sec)
{
	return days(year, mon, day) * 86400 + hour * 3600LL + min * 60LL + sec;
}

char *
clock_utc(long long t, char buf[CLOCK_UTC])
{
	const long long last = 253402300799LL; /* 9999-12-31T23:59:59Z: a year has four digits */
	long long t0 = t < 0 ? 0 : t > last ? last : t, day = t0 / 86400, sec = t0 % 86400;
	long long z = day + 719468, era = z / 146097, doe = z - era * 146097;
	long long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	long long doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	long long mon = mp < 10 ? mp + 3 : mp - 9, year = yoe + era * 400 + (mon <= 2);
	char out[64];

	snprintf(out, sizeof out, "%04lld-%02lld-%02lldT%02lld:%02lld:%02lldZ", year, mon,
		doy - (153 * mp + 2) / 5 + 1, sec / 3600, sec / 60 % 60, sec % 60);
	snprintf(buf, CLOCK_UTC, "%.20s", out);
	return buf;
}

/* Two digits. */
static int
two(const char *s, int from, int to)
{
	int n = (s[0] - '0') * 10 + (s[1] - '0');

	return n < from || n > to ? -1 : n;
}

long long
clock_parse(const char *s)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	int century, year, mon, day, hour, min, sec;
	char again[CLOCK_UTC];
	long long t;

	for (size_t i = 0; i < sizeof form; i++) /* its NUL as well */
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return -1;
	century = two(s, 0, 99);
	year = two(s + 2, 0, 99);
	mon = two(s + 5, 1, 12);
	day = two(s + 8, 1, 31);
	hour = two(s + 11, 0, 23);
	min = two(s + 14, 0, 59);
	sec = two(s + 17, 0, 60);
	if (mon < 0 || day < 0 || hour < 0 || min < 0 || sec < 0)
		return -1;
	t = clock_epoch(century * 100 + year, mon, day, hour, min, sec);
	if (sec < 60 && day > 28) { /* refuse a 30th of February */
		clock_utc(t, again);
		if (two(again + 8, 1, 31) != day)
			return -1;
	}
	return t;
}
