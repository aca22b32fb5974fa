/* question - what a triage model is asked: the task, fenced as data, in words; no I/O */
#ifndef TRIAGE_QUESTION_H
#define TRIAGE_QUESTION_H

#include <stddef.h>

enum { QUESTION_SIZE = 96 * 1024 };

/* Whatever they hold: "" what is not known. */
struct question {
	const char *event, *goal, *check, *status, *reason, *agent, *age;
	long long attempt, nudges, max_nudges;
	const char *history, *log, *screen; /* the last lines of each, n bytes */
	size_t nhistory, nlog, nscreen;
};

/*
 * The question in buf, its length returned. All that comes from the task stands on lines that begin with "| ", and no line of ours does: whatever it says, it cannot end the quotation. It is
 * stripped of control sequences, and each part is cut: goal and check at their ends, history, log and screen at their beginnings.
 */
size_t question_write(const struct question *q, char buf[QUESTION_SIZE]);

#endif
