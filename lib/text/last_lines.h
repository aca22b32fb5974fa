/* last_lines - the last lines of a text that are not empty, for pattern matching */
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

/* The last of the last `depth` lines that contains word, or begins with it; -1 if none does. */
int last_lines_find(const struct last_lines *v, int depth, const char *word);
int last_lines_find_start(const struct last_lines *v, int depth, const char *word);

/* Whether line i contains word, begins with it, ends with it, is it; 0 if there is no line i. */
int last_lines_has(const struct last_lines *v, int i, const char *word);
int last_lines_starts(const struct last_lines *v, int i, const char *word);
int last_lines_ends(const struct last_lines *v, int i, const char *word);
int last_lines_is(const struct last_lines *v, int i, const char *word);

/* Copies line i, or its end, with ASCII letters in lower case. Returns the length. */
size_t last_lines_lower(const struct last_lines *v, int i, char *dst, size_t size);

#endif
