/* line_match - looks for a line that matches a regular expression in a stream; no I/O */
#ifndef WAIT_LINE_MATCH_H
#define WAIT_LINE_MATCH_H

#include <regex.h>

#include "base/err.h"

enum { LINE_MATCH_LINE = 65536 };

struct line_match {
	regex_t re;
	int afresh;        /* a new attempt drops what was found */
	long long attempt; /* number of the last attempt that began; 0: none did */
	int found;
	int inside;        /* line is the rest of one that was too long */
	size_t n;
	char line[LINE_MATCH_LINE + 1];
};

/* ere: a POSIX extended regular expression. 0; -1 with why. Free with line_match_free. */
int line_match_init(struct line_match *m, const char *ere, int afresh, char why[WHY]);
void line_match_free(struct line_match *m);

/* A line longer than LINE_MATCH_LINE is matched in pieces that overlap by half. */
void line_match_feed(struct line_match *m, const char *s, size_t n);

/* 1 if a line matched so far, or the unfinished last one does. */
int line_match_found(struct line_match *m);

#endif
