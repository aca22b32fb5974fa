/* report - a tool's answer on stdout: key=value lines, or one JSON object, from the same calls */
#ifndef TEXT_REPORT_H
#define TEXT_REPORT_H

#include <stdio.h>

struct report {
	FILE *to;
	int json;
	int n; /* pairs so far */
};

void report_begin(struct report *a, FILE *to, int json);
/* In JSON a whole number is a number. Control characters and broken UTF-8 never come out raw. */
void report_put(struct report *a, const char *key, const char *val);
void report_num(struct report *a, const char *key, long long val);
/* With four decimals, in JSON as a number. */
void report_money(struct report *a, const char *key, double val);
void report_end(struct report *a);

#endif
