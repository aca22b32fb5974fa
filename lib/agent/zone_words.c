/* zone_words - reads words about a time zone */
#include "agent/zone_words.h"

#include <stdio.h>
#include <string.h>

/* Minutes east of UTC; an ambiguous name is that of North America or Europe. */
static const struct {
	const char *name;
	int min;
} offsets[] = {{"UTC", 0}, {"GMT", 0}, {"Z", 0}, {"WET", 0}, {"WEST", 60}, {"BST", 60}, {"CET", 60},
	{"CEST", 120}, {"EET", 120}, {"EEST", 180}, {"MSK", 180}, {"IST", 330}, {"SGT", 480},
	{"HKT", 480}, {"JST", 540}, {"KST", 540}, {"AEST", 600}, {"AEDT", 660}, {"NZST", 720},
	{"NZDT", 780}, {"HST", -600}, {"AKST", -540}, {"AKDT", -480}, {"PST", -480}, {"PDT", -420},
	{"MST", -420}, {"MDT", -360}, {"CST", -360}, {"CDT", -300}, {"EST", -300}, {"EDT", -240}};

static const struct {
	const char *name, *zone;
} places[] = {{"PT", "America/Los_Angeles"}, {"MT", "America/Denver"}, {"CT", "America/Chicago"},
	{"ET", "America/New_York"}};

static size_t
abbreviation(const char *s, size_t n, struct time_words *t)
{
	for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++)
		if (strlen(offsets[i].name) == n && strncmp(offsets[i].name, s, n) == 0) {
			t->offset = offsets[i].min * 60;
			t->has_offset = 1;
			return n;
		}
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (strlen(places[i].name) == n && strncmp(places[i].name, s, n) == 0) {
			snprintf(t->zone, sizeof t->zone, "%s", places[i].zone);
			return n;
		}
	return 0;
}

/* +01, +01:00, +0100 */
static void
east(const char *s, struct time_words *t)
{
	int sign = *s++ == '-' ? -1 : 1, h = time_words_digits(&s, 4), m = 0;

	if (*s == ':')
		s++, m = time_words_digits(&s, 2);
	if (h > 99)
		m = h % 100, h /= 100;
	t->offset = sign * (h * 3600 + (m > 0 ? m * 60 : 0));
	t->has_offset = h <= 14;
}

void
zone_words(const char *s, struct time_words *t)
{
	int in_brackets;
	size_t n;

	if (*s == '.') /* fractions of a second */
		s += 1 + strspn(s + 1, "0123456789");
	s = time_words_blanks(s);
	in_brackets = *s == '(';
	s += in_brackets;
	n = abbreviation(s, time_words_letters(s), t);
	if (n == 0 || (t->has_offset && t->offset == 0)) /* UTC+2 */
		s += n;
	if ((*s == '+' || *s == '-') && s[1] >= '0' && s[1] <= '2')
		east(s, t);
	if (t->has_offset || t->zone[0])
		return;
	n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");
	in_brackets &= n > 1 && s[n] == ')';
	if (n < sizeof t->zone && *s != '/' && (memchr(s, '/', n) || in_brackets))
		snprintf(t->zone, sizeof t->zone, "%.*s", (int)n, s);
}
