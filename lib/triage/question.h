/* question - what the triage model is asked, with all words of the task fenced as data; no I/O */
#ifndef TRIAGE_QUESTION_H
#define TRIAGE_QUESTION_H

#include <stddef.h>

enum { QUESTION_SIZE = 96 * 1024 };

/* Any bytes; "" for what is not known. */
struct question {
	const char *event, *goal, *check, *status, *reason, *agent, *age;
	long long attempt, nudges, max_nudges;
	const char *history, *log, *screen; /* the end of each */
	size_t nhistory, nlog, nscreen;
};

/*
 * Returns the length. Everything from the task stands, stripped of control sequences, on lines that
 * begin with "| ", and no line of ours does: so it cannot end the quotation. Goal and check are cut
 * at their ends; history, log and screen at their beginnings.
 */
size_t question_write(const struct question *q, char buf[QUESTION_SIZE]);

#endif
