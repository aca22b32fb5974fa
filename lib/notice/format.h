/* format - what is told of a task: one line for people and models, the same and more as a JSON object; no I/O */
#ifndef NOTICE_FORMAT_H
#define NOTICE_FORMAT_H

#include <stddef.h>

#include "notice/verdict.h"

enum {
	NOTICE_TEXT = 8192,  /* bytes of text and of the last lines, at most: what is longer is cut at a character and gets "..." */
	NOTICE_LINE = 4096,  /* bytes of the line */
	NOTICE_JSON = 65536, /* ... and of the object, with its newline */
	NOTICE_ID = 256
};

/* All strings are valid and may hold anything; "" where there is nothing to say. */
struct notice {
	const char *prefix; /* "rca:" */
	enum verdict verdict;
	const char *event;  /* a short word, e.g. "completed" or "Stop" */
	const char *id, *at;
	const char *task, *dir, *cwd;
	const char *status, *reason, *goal;
	const char *text;   /* newlines are kept in the object */
	const char *last;   /* the last lines of its output */
	const char *needed; /* what whoever is told may do about it */
	long long nudges, max_nudges, duration_s;
};

/*
 * PREFIX VERDICT | event | task=NAME | cwd=DIR | text
 * Under the prefix of older supervisors (format_older.h) without the task and with their words for
 * the event.
 * Of ESCALATE also goal, status, nudges, duration, last lines and what is needed. One line of UTF-8 without control characters. Returns its length.
 */
size_t format_line(const struct notice *n, char buf[NOTICE_LINE]);

/* The object with the line in it, on one line with a newline at its end. Returns its length. */
size_t format_json(const struct notice *n, char buf[NOTICE_JSON]);

/* What whoever is told of it may do about it. reason is the abandon_reason of an abandoned task. */
const char *format_needed(const char *event, const char *status, const char *reason);

#endif
