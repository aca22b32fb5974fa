/* cursor - walks a whole JSON text in memory, strictly checked, by the places of its values */
#ifndef JSON_CURSOR_H
#define JSON_CURSOR_H

#include <stddef.h>

enum { CURSOR_DEPTH = 200 };

/* A value in the text, brackets and quotes included; in an object, after its key. */
struct cursor {
	const char *key, *key_end;
	const char *at, *end;
};

/*
 * The one value of the text. 0; -1, and *line is where the text stops being JSON, or is nested
 * deeper than CURSOR_DEPTH.
 */
int cursor_read(const char *text, size_t n, struct cursor *root, int *line);

/* The next item of a checked object or array; the first if it->at is NULL. 1; 0 after the last. */
int cursor_next(const struct cursor *in, struct cursor *it);

/* 1 if the quoted string from s to end is word, once decoded. */
int cursor_is(const char *s, const char *end, const char *word);

/* Decodes the quoted string. Its length; -1 if it does not fit, with its NUL. */
int cursor_decode(const char *s, const char *end, char *buf, size_t size);

#endif
