/* time_words - words about a time, taken apart: durations, dates, times of day, zones; for reset_time.c alone */
#ifndef AGENT_TIME_WORDS_H
#define AGENT_TIME_WORDS_H

#include <stddef.h>

/* longer durations are none */
enum { TIME_WORDS_ZONE = 64, TIME_WORDS_DAY = 86400, TIME_WORDS_LONGEST = 400 * TIME_WORDS_DAY };

/* What was said; -1 what was not. */
struct time_words {
	int year, mon, day, wday, ahead; /* mon 0..11; ahead: days from today */
	int hour, min, sec;
	int offset, has_offset;          /* seconds east of UTC */
	char zone[TIME_WORDS_ZONE];                 /* "" local */
};

/* All -1 or "". */
void time_words_nothing(struct time_words *t);

/* "2 hours and 5 minutes", "1h30m", "45s"; seconds, 0 if s is none. */
long long time_words_duration(const char *s);
/* 2030-03-17, Mar 17th, 2030, 17 March, Monday, tomorrow, or nothing of that; steps over it. -1: it is wrong. */
int time_words_date(const char **from, struct time_words *t);
/* 5:46 PM, 17:46, 17:46:09, 9am; steps over it. 0, -1 if there is none. */
int time_words_time(const char **from, struct time_words *t);
/* An epoch time of 10 digits (13: milliseconds); 0 if s is none. */
long long time_words_epoch(const char *s);

/* The number of up to max digits at *s, stepped over; -1 if there is none or it is longer. */
int time_words_digits(const char **s, int max);
/* Steps over blanks and commas; counts letters. */
const char *time_words_blanks(const char *s);
size_t time_words_letters(const char *s);

#endif
