/* reset_time - finds in a text when a limit ends */
#include "agent/reset_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "agent/time_words.h"
#include "agent/zone_words.h"
#include "base/timezone.h"

enum {
	SOON = 60, /* in place of a time that has just passed: its seconds were cut off */
	JUST_PASSED = 600
};

/* The first moment from now on that t can mean, in the zone of TZ. */
static long long
resolve(const struct time_words *t, long long now)
{
	time_t clock = (time_t)now, at;
	struct tm today, tm;

	if (!localtime_r(&clock, &today))
		return 0;
	tm = (struct tm){.tm_year = today.tm_year, .tm_mon = today.tm_mon, .tm_mday = today.tm_mday,
		.tm_hour = t->hour, .tm_min = t->min, .tm_sec = t->sec, .tm_isdst = -1};
	if (t->mon >= 0) {
		tm.tm_mon = t->mon;
		tm.tm_mday = t->day;
		tm.tm_year = t->year > 0 ? t->year - 1900 : today.tm_year;
	} else {
		tm.tm_mday += t->wday >= 0 ? (t->wday - today.tm_wday + 7) % 7 : t->ahead;
	}
	today = tm;
	at = mktime(&tm);
	if (t->mon < 0 && t->wday < 0 && !t->ahead &&
		(long long)at - TIME_WORDS_DAY > now - JUST_PASSED &&
		(long long)at - TIME_WORDS_DAY <= now)
		return now; /* just before midnight */
	if (at == (time_t)-1 || (long long)at > now - JUST_PASSED || t->year > 0)
		return (long long)at;
	if (t->mon >= 0) /* no year: next year, unless it was less than a day ago */
		today.tm_year += (long long)at < now - TIME_WORDS_DAY;
	else
		today.tm_mday += t->wday >= 0 ? 7 : 1;
	return (long long)mktime(&today);
}

static long long
resolve_in(const char *zone, const struct time_words *t, long long now)
{
	char *saved;
	long long at;

	if (timezone_enter(zone, &saved))
		return 0;
	at = resolve(t, now);
	timezone_leave(saved);
	return at;
}

/* The absolute time at s; 0 if there is none. *guess: its zone is unknown to the system. */
static long long
moment(const char *s, long long now, int *guess)
{
	struct time_words t;
	const char *p = time_words_blanks(s);
	char zone[32];

	*guess = 0;
	time_words_nothing(&t);
	if (time_words_date(&p, &t) < 0)
		return 0;
	if (time_words_time(&p, &t) < 0) {
		if (t.mon < 0)
			return 0;
		t.hour = t.min = t.sec = 0;
	}
	zone_words(p, &t);
	if (t.has_offset) { /* POSIX counts west */
		snprintf(zone, sizeof zone, "RCA%c%02d:%02d", t.offset > 0 ? '-' : '+',
			abs(t.offset) / 3600, abs(t.offset) / 60 % 60);
		return resolve_in(zone, &t, now);
	}
	if (t.zone[0] && timezone_known(t.zone))
		return resolve_in(t.zone, &t, now);
	*guess = t.zone[0] != '\0';
	tzset();
	return resolve(&t, now);
}

/* "02:30:00" after "in" is a duration. */
static long long
clock_duration(const char *s)
{
	int h, m, sec, n = 0;

	s = time_words_blanks(s);
	if (*s < '0' || *s > '9' || sscanf(s, "%3d:%2d:%2d%n", &h, &m, &sec, &n) != 3 || n < 7 ||
		m < 0 || m > 59 || sec < 0 || sec > 59)
		return 0;
	return h * 3600LL + m * 60 + sec;
}

/* The keys of data: "resets_in_seconds":185, Retry-After: 3600, resetsAt=1795230227. */
static const struct key {
	const char *name;
	int at;
	double unit;
} keys[] = {{"resetsinseconds", 0, 1}, {"resetinseconds", 0, 1}, {"resetafterseconds", 0, 1},
	{"retryafterseconds", 0, 1}, {"retryafterms", 0, 0.001}, {"retryafter", 0, 1},
	{"retrydelay", 0, 1}, {"resetsat", 1, 1}, {"resetat", 1, 1}, {"resettime", 1, 1}};

enum { KEYS = sizeof keys / sizeof keys[0] };

/* The end of name, in any spelling (retry_after, Retry-After), at s; NULL if it is not there. */
static const char *
spelt(const char *s, const char *name)
{
	for (; *name; s++) {
		int c = *s >= 'A' && *s <= 'Z' ? *s - 'A' + 'a' : *s;

		if (c == *name)
			name++;
		else if ((c != '_' && c != '-' && c != ' ') || !c)
			return NULL;
	}
	return s;
}

static long long
value(const struct key *k, const char *s, long long now, int *guess)
{
	const char *p = s + strspn(s, "\"' ");
	long long t;
	char *end;
	double v;

	if (*p != ':' && *p != '=')
		return 0;
	p++;
	p += strspn(p, "\"' ");
	if ((t = time_words_epoch(p)) > 0)
		return t;
	if (k->at)
		return moment(p, now, guess);
	if ((t = time_words_duration(p)) > 0)
		return now + t;
	if (*p < '0' || *p > '9' || p[1] == 'x')
		return 0;
	v = strtod(p, &end) * k->unit;
	return v > 0 && v < TIME_WORDS_LONGEST && time_words_letters(end) == 0 && *end != ':'
		? now + (long long)v + 1
		: 0;
}

static long long
keyed(const char *text, long long now, int *guess)
{
	for (const char *s = text; *s; s++)
		for (size_t i = 0; (*s == 'r' || *s == 'R') && i < KEYS; i++) {
			const char *end = spelt(s, keys[i].name);
			long long t = end ? value(&keys[i], end, now, guess) : 0;

			if (t > 0)
				return t;
		}
	return 0;
}

/* The time at p, which follows word; 0 if there is none. */
static long long
time_after(const char *word, const char *p, long long now, int *guess)
{
	int lasts = strcasecmp(word, "in") == 0 || strcasecmp(word, "after") == 0 ||
		strcasecmp(word, "wait") == 0;
	long long t;

	if ((t = time_words_duration(p)) > 0 || (lasts && (t = clock_duration(p)) > 0))
		return now + t;
	if ((t = moment(p, now, guess)) > 0)
		return t;
	return time_words_epoch(time_words_blanks(p));
}

/* The first time in s that follows '|' or one of the words below. */
static long long
scan(const char *s, long long now, int *guess)
{
	static const char *const before[] = {"in", "after", "at", "on", "until", "resets", "reset",
		"again", "by", "wait", "within", "requested", "delay", "renews", "refreshes"};
	char last = ' ';

	for (; *s; last = *s++) {
		size_t n = time_words_letters(s);
		int in_word = (last >= 'a' && last <= 'z') || (last >= 'A' && last <= 'Z');
		long long t;

		if (last == '|' && (t = time_words_epoch(s)) > 0)
			return t;
		if (in_word || n == 0)
			continue;
		for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
			if (strlen(before[i]) != n || strncasecmp(before[i], s, n) != 0)
				continue;
			if ((t = time_after(before[i], s + n + (s[n] == ':'), now, guess)) > 0)
				return t;
		}
	}
	return 0;
}

enum reset
reset_time_read(const char *text, long long now, long long *at)
{
	static const char *const about[] = {
		"try again", "reset", "retry", "available", "until", "wait"
	};
	int guess = 0;

	*at = keyed(text, now, &guess);
	for (size_t i = 0; i < sizeof about / sizeof about[0] && *at == 0; i++)
		for (const char *s = text; *s && *at == 0; s++)
			if (strncasecmp(s, about[i], strlen(about[i])) == 0)
				*at = scan(s, now, &guess);
	if (*at == 0)
		*at = scan(text, now, &guess);
	if (*at <= 0 || *at > now + TIME_WORDS_LONGEST + 4000LL * TIME_WORDS_DAY) {
		*at = 0;
		return RESET_NONE;
	}
	*at = *at <= now ? now + SOON : *at;
	return guess ? RESET_GUESS : RESET_KNOWN;
}
