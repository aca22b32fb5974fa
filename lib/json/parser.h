/* parser - a bounded, incremental JSON reader: bytes in, scalars out, memory constant whatever the input's size; no I/O */
#ifndef JSON_PARSER_H
#define JSON_PARSER_H

#include <stddef.h>

enum { JSON_DEPTH = 64, JSON_KEY = 128, JSON_WORD = 48 }; /* deeper values are skipped, longer keys never match, longer numbers are cut; none is an error */

enum json_type { JSON_STRING, JSON_NUMBER, JSON_TRUE, JSON_FALSE, JSON_NULL, JSON_OBJECT, JSON_ARRAY };

/*
 * What the reader tells. Nothing is checked inside a value that is skipped but its strings and brackets.
 * key: a member's name, decoded (NULL if longer than JSON_KEY). Returns 0 to skip its value: then no begin, data or end comes for it.
 * begin: a value. at is its first byte, inside the piece now fed. Returns 0 to skip the rest of it: no data, nothing from inside it, no end.
 * data: a string in decoded pieces, in order; a number or word as it stands.
 * end: the value begun last that has not ended. past is the byte after it (inside the piece, or its end), of use for objects and arrays alone.
 */
struct json_ops {
	int (*key)(void *ctx, const char *s, size_t n);
	int (*begin)(void *ctx, enum json_type t, const char *at);
	void (*data)(void *ctx, const char *s, size_t n);
	void (*end)(void *ctx, const char *past);
};

struct json {
	const struct json_ops *ops;
	void *ctx;
	int state, depth;
	unsigned char stack[JSON_DEPTH]; /* JSON_OBJECT or JSON_ARRAY, outermost first */
	int is_key, mute;                /* the string now read is a key; ... is not wanted */
	int skip_next;                   /* key() said so */
	long deep;                       /* brackets open inside a skipped value */
	unsigned code, high;             /* \u: digits so far; a first surrogate that waits for the second, 0 none */
	int digits;
	char word[JSON_WORD], key[JSON_KEY];
	size_t nword, nkey;
};

void parser_start(struct json *j, const struct json_ops *ops, void *ctx);
/* The next bytes. 0; -1 once it cannot be JSON any more (what follows is ignored). Invalid UTF-8 and control characters in strings are passed on; a lone surrogate becomes U+FFFD. */
int parser_feed(struct json *j, const char *s, size_t n);
/* No more bytes. 1 if it was one whole value, 0 if not (a number at the top ends here). */
int parser_done(struct json *j);

#endif
