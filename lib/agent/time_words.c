/* time_words - reads words about a time */
#include "agent/time_words.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const months[] = {"january", "february", "march", "april", "may", "june", "july",
	"august", "september", "october", "november", "december"};
static const char *const weekdays[] = {"sunday", "monday", "tuesday", "wednesday", "thursday",
	"friday", "saturday"};

/* Blanks include the narrow one that JavaScript puts before PM. */
const char *
time_words_blanks(const char *s)
{
	for (;;) {
		if (*s == ' ' || *s == ',' || *s == '\t')
			s++;
		else if (strncmp(s, "\xe2\x80\xaf", 3) == 0)
			s += 3;
		else if (strncmp(s, "\xc2\xa0", 2) == 0)
			s += 2;
		else
			return s;
	}
}

size_t
time_words_letters(const char *s)
{
	size_t n = 0;

	while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z'))
		n++;
	return n;
}

int
time_words_digits(const char **s, int max)
{
	int n = 0, v = 0;

	for (; (*s)[n] >= '0' && (*s)[n] <= '9'; n++) {
		if (n == max)
			return -1;
		v = v * 10 + ((*s)[n] - '0');
	}
	*s += n;
	return n ? v : -1;
}

static int
word_in(const char *const *table, int n, const char *s, size_t len)
{
	for (int i = 0; i < n && len >= 3; i++)
		if (len <= strlen(table[i]) && strncasecmp(table[i], s, len) == 0)
			return i;
	return -1;
}

static int
skip_word(const char **s, const char *word)
{
	const char *p = time_words_blanks(*s);
	size_t n = strlen(word);

	if (time_words_letters(p) != n || strncasecmp(p, word, n) != 0)
		return 0;
	*s = p + n;
	return 1;
}

static double
unit(const char *s, size_t n)
{
	static const struct {
		const char *names;
		double s;
	} units[] = {{" ms msec millisecond milliseconds ", 0.001},
		{" s sec secs second seconds ", 1}, {" m min mins minute minutes ", 60},
		{" h hr hrs hour hours ", 3600}, {" d day days ", TIME_WORDS_DAY},
		{" w wk wks week weeks ", 7 * TIME_WORDS_DAY},
		{" mo month months ", 30 * TIME_WORDS_DAY}};

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		for (const char *p = units[i].names; (p = strchr(p, ' ')) && *++p;)
			if (strcspn(p, " ") == n && strncasecmp(p, s, n) == 0)
				return units[i].s;
	return 0;
}

/* Steps over "about", "~", "at least" and the like. */
static const char *
unhedged(const char *s)
{
	static const char *const hedges[] = {"about", "around", "approximately", "approx",
		"roughly", "another", "only", "under", "within", "for", "at least", "at most",
		"less than", "up to", "the next"};
	size_t i;

	do {
		s = time_words_blanks(s);
		s += *s == '~';
		for (i = 0; i < sizeof hedges / sizeof hedges[0]; i++) {
			size_t n = strlen(hedges[i]);

			if (strncasecmp(s, hedges[i], n) == 0 && time_words_letters(s + n) == 0) {
				s += n + (s[n] == '.');
				break;
			}
		}
	} while (i < sizeof hedges / sizeof hedges[0]);
	return time_words_blanks(s);
}

/* Steps over "90", "4.2", "an": its value; -1 if there is none. */
static double
amount(const char **from)
{
	const char *s = *from;
	char *end;
	double v;

	if (skip_word(from, "a") || skip_word(from, "an") || skip_word(from, "one"))
		return 1;
	if (skip_word(from, "half"))
		return skip_word(from, "an") || skip_word(from, "a") ? 0.5 : -1;
	if (*s < '0' || *s > '9' || s[1] == 'x')
		return -1;
	v = strtod(s, &end);
	*from = end;
	return v;
}

long long
time_words_duration(const char *s)
{
	double total = 0;

	for (s = unhedged(s);;) {
		double v, u;

		s = time_words_blanks(s);
		if (skip_word(&s, "and"))
			s = time_words_blanks(s);
		if ((v = amount(&s)) < 0)
			break;
		s = time_words_blanks(s);
		u = unit(s, time_words_letters(s));
		if (u <= 0 || s[time_words_letters(s)] == '-') /* 2 hour-long talks */
			break;
		total += v * u;
		s += time_words_letters(s);
		s += *s == '.' && s[1] == ' ';
	}
	if (!(total > 0 && total < TIME_WORDS_LONGEST))
		return 0;
	return (long long)total + ((double)(long long)total < total);
}

int
time_words_time(const char **from, struct time_words *t)
{
	const char *s = time_words_blanks(*from), *p;
	int half = 0;

	t->min = t->sec = 0;
	if (skip_word(from, "noon") || skip_word(from, "midnight")) {
		t->hour = strncasecmp(*from - 4, "noon", 4) == 0 ? 12 : 0;
		return 0;
	}
	t->hour = time_words_digits(&s, 2);
	if (t->hour < 0)
		return -1;
	if (*s == ':') {
		s++;
		t->min = time_words_digits(&s, 2);
		if (*s == ':')
			s++, t->sec = time_words_digits(&s, 2);
		half = 1;
	}
	p = time_words_blanks(s);
	if ((*p == 'a' || *p == 'A' || *p == 'p' || *p == 'P') &&
		(strcspn(p + 1, "mM") == 0 || strncasecmp(p + 1, ".m", 2) == 0)) {
		if (t->hour < 1 || t->hour > 12)
			return -1;
		t->hour = t->hour % 12 + (*p == 'p' || *p == 'P' ? 12 : 0);
		s = p + 1 + strspn(p + 1, ".mM");
		half = 1;
	}
	if (!half || t->hour > 23 || t->min < 0 || t->min > 59 || t->sec < 0 || t->sec > 60)
		return -1;
	*from = s;
	return 0;
}

void
time_words_nothing(struct time_words *t)
{
	*t = (struct time_words){.year = -1, .mon = -1, .day = -1, .wday = -1, .hour = -1};
}

int
time_words_date(const char **from, struct time_words *t)
{
	const char *s = time_words_blanks(*from), *p = s;
	int n = time_words_digits(&p, 4);

	if (n > 1000 && *p == '-') {
		t->year = n;
		p++;
		t->mon = time_words_digits(&p, 2) - 1;
		p += *p == '-';
		t->day = time_words_digits(&p, 2);
		p += *p == 'T';
		skip_word(&p, "at");
		*from = p;
		return t->mon >= 0 && t->mon < 12 && t->day > 0 && t->day < 32 ? 0 : -1;
	}
	if (skip_word(&s, "today") || skip_word(&s, "tonight") || skip_word(&s, "next") ||
		skip_word(&s, "this"))
		s = time_words_blanks(s);
	t->wday = word_in(weekdays, 7, s, time_words_letters(s));
	if (t->wday >= 0)
		s = time_words_blanks(s + time_words_letters(s));
	if (skip_word(&s, "tomorrow"))
		t->ahead = 1;
	p = s;
	n = time_words_digits(&p, 2); /* 17 March */
	p = time_words_blanks(n < 0 ? p : p + (time_words_letters(p) == 2 ? 2 : 0));
	if (n > 0 && skip_word(&p, "of"))
		p = time_words_blanks(p);
	t->mon = word_in(months, 12, p, time_words_letters(p));
	if (t->mon >= 0) {
		s = time_words_blanks(p + time_words_letters(p));
		s += n < 0 && *s == '.';
		t->day = n >= 0 ? n : (s = time_words_blanks(s), time_words_digits(&s, 2));
		s += n < 0 ? time_words_letters(s) : 0;
		p = time_words_blanks(s);
		n = time_words_digits(&p, 4);
		if (n > 1000)
			t->year = n, s = p;
		if (t->day < 1 || t->day > 31)
			return -1;
	}
	skip_word(&s, "at");
	*from = s;
	return 0;
}

long long
time_words_epoch(const char *s)
{
	long long v = 0;
	size_t n = strspn(s, "0123456789");

	if (n != 10 && n != 13)
		return 0;
	for (size_t i = 0; i < 10; i++)
		v = v * 10 + (s[i] - '0');
	return v;
}

