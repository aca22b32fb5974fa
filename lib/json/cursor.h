/* cursor - a whole JSON text in memory, checked strictly, and where its values stand in it: for editing without touching the rest; no I/O */
#ifndef JSON_CURSOR_H
#define JSON_CURSOR_H

#include <stddef.h>

enum { CURSOR_DEPTH = 200 };

/* A value: its bytes, brackets and quotes included. A member has its key, likewise, before it; an element has none. */
struct cursor {
	const char *key, *key_end;
	const char *at, *end;
};

/* The one value that text is, blanks around it. 0; -1, and *line is where it stops being JSON (nested deeper than CURSOR_DEPTH counts as that). */
int cursor_read(const char *text, size_t n, struct cursor *root, int *line);

/* The next item of a checked object or array; it->at NULL begins. 1; 0 past the last. */
int cursor_next(const struct cursor *in, struct cursor *it);

/* Whether the quoted string from s to end says word, escapes decoded. */
int cursor_is(const char *s, const char *end, const char *word);

/* Decodes the quoted string; its length; -1 if it does not fit, with its NUL. */
int cursor_decode(const char *s, const char *end, char *buf, size_t size);

#endif
