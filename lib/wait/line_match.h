/* line_match - whether a line of a stream of text matches a regular expression; no I/O */
#ifndef WAIT_LINE_MATCH_H
#define WAIT_LINE_MATCH_H

#include <regex.h>

#include "base/err.h"

enum { LINE_MATCH_LINE = 65536 };

struct line_match {
	regex_t re;
	int afresh; /* what was found is forgotten where a new attempt begins */
	long long attempt; /* its number; 0: no beginning was seen */
	int found;
	int inside; /* the line at hand is the rest of one that was too long */
	size_t n;
	char line[LINE_MATCH_LINE + 1];
};

/* ere: a POSIX extended regular expression. 0; -1 with why. Free with line_match_free. */
int line_match_init(struct line_match *m, const char *ere, int afresh, char why[WHY]);
void line_match_free(struct line_match *m);

/* Bytes as they come, any split. Lines longer than LINE_MATCH_LINE are looked at in pieces that overlap by half. */
void line_match_feed(struct line_match *m, const char *s, size_t n);

/* 1 if a line so far matched, or the one at hand, which has no end yet, does as it is. */
int line_match_found(struct line_match *m);

#endif
