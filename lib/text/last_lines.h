/* last_lines - the last lines of a text that have something on them, for pattern matching; no I/O, no allocation */
#ifndef TEXT_LAST_LINES_H
#define TEXT_LAST_LINES_H

#include <stddef.h>

enum { LAST_LINES_LINES = 60 };

struct last_lines {
	int count;
	struct {
		const char *s; /* into the text, without blanks at either end */
		size_t n;
		int indented;
	} line[LAST_LINES_LINES]; /* line[0] is the last */
};

void last_lines_open(struct last_lines *v, const char *text, size_t n);

/* The first of the last `depth` lines, from the end, with word in it (at its beginning); -1 if none has. */
int last_lines_find(const struct last_lines *v, int depth, const char *word);
int last_lines_find_start(const struct last_lines *v, int depth, const char *word);

/* Line i: has word in it, begins with it, ends with it, is it. False beyond the last line. */
int last_lines_has(const struct last_lines *v, int i, const char *word);
int last_lines_starts(const struct last_lines *v, int i, const char *word);
int last_lines_ends(const struct last_lines *v, int i, const char *word);
int last_lines_is(const struct last_lines *v, int i, const char *word);

/* The end of line i in dst, ASCII letters in lower case. Returns its length. */
size_t last_lines_lower(const struct last_lines *v, int i, char *dst, size_t size);

#endif
