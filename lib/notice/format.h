/* format - a notice as one line for people and models, and with more as a JSON object; no I/O */
#ifndef NOTICE_FORMAT_H
#define NOTICE_FORMAT_H

#include <stddef.h>

#include "notice/verdict.h"

enum {
	NOTICE_TEXT = 8192,  /* bytes of text, at most; longer text is cut and ends with "..." */
	NOTICE_LINE = 4096,  /* bytes of the line */
	NOTICE_JSON = 65536, /* bytes of the object, with its newline */
	NOTICE_ID = 256
};

/* No string is NULL; each may hold anything. */
struct notice {
	const char *prefix; /* "rca:" */
	enum verdict verdict;
	const char *event;  /* a short word, e.g. "completed" or "Stop" */
	const char *id, *at;
	const char *task, *dir, *cwd;
	const char *status, *reason, *goal;
	const char *text;   /* newlines are kept in the object */
	const char *last;   /* the last lines of its output */
	const char *needed; /* what the reader can do about it */
	long long nudges, max_nudges, duration_s;
};

/*
 * PREFIX VERDICT | event | task=NAME | cwd=DIR | text
 * ESCALATE adds goal, status, nudges, duration, last lines and what is needed. With the prefix of
 * older supervisors (format_older.h) the line has no task, and their word for the event. It is one
 * line of UTF-8 without control characters. Returns its length.
 */
size_t format_line(const struct notice *n, char buf[NOTICE_LINE]);

/* The object, with the line in it, and a newline at its end. Returns its length. */
size_t format_json(const struct notice *n, char buf[NOTICE_JSON]);

#endif
