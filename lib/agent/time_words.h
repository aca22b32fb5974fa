/* time_words - reads words about a time: durations, dates, times of day */
#ifndef AGENT_TIME_WORDS_H
#define AGENT_TIME_WORDS_H

#include <stddef.h>

enum {
	TIME_WORDS_ZONE = 64, TIME_WORDS_DAY = 86400,
	TIME_WORDS_LONGEST = 400 * TIME_WORDS_DAY /* durations; longer ones are ignored */
};

/* What the words say; -1 what they do not say. */
struct time_words {
	int year, mon, day, wday, ahead; /* mon 0..11; ahead: days from today */
	int hour, min, sec;
	int offset, has_offset;          /* seconds east of UTC */
	char zone[TIME_WORDS_ZONE];                 /* "" local */
};

/* All -1 or "". */
void time_words_nothing(struct time_words *t);

/* "2 hours and 5 minutes", "1h30m", "45s" in seconds; 0 if s is not a duration. */
long long time_words_duration(const char *s);
/* Steps over 2030-03-17, Mar 17th, 2030, 17 March, Monday, tomorrow, or nothing. 0; -1 wrong. */
int time_words_date(const char **from, struct time_words *t);
/* Steps over 5:46 PM, 17:46, 17:46:09, 9am. 0; -1 if there is none. */
int time_words_time(const char **from, struct time_words *t);
/* An epoch time of 10 digits (13: milliseconds) in seconds; 0 if s is not one. */
long long time_words_epoch(const char *s);

/* Steps over a number of up to max digits: its value; -1 if there is none, or it is longer. */
int time_words_digits(const char **s, int max);
/* What follows blanks and commas; how many letters there are. */
const char *time_words_blanks(const char *s);
size_t time_words_letters(const char *s);

#endif
