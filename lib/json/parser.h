/* parser - an incremental JSON reader: bytes in, scalars out, in constant memory */
#ifndef JSON_PARSER_H
#define JSON_PARSER_H

#include <stddef.h>

/* Deeper values are skipped, longer keys match nothing, longer numbers are cut: no errors. */
enum { JSON_DEPTH = 64, JSON_KEY = 128, JSON_WORD = 48 };

enum json_type {
	JSON_STRING, JSON_NUMBER, JSON_TRUE, JSON_FALSE, JSON_NULL, JSON_OBJECT, JSON_ARRAY
};

/* The reader's callbacks. Of a skipped value only strings and brackets are checked. */
struct json_ops {
	/* A member's name, decoded; NULL if longer than JSON_KEY. 0 skips its value altogether. */
	int (*key)(void *ctx, const char *s, size_t n);
	/* A value begins at `at`, in the piece now fed. 0 skips its contents and end. */
	int (*begin)(void *ctx, enum json_type t, const char *at);
	/* A piece of a string, decoded; a number or word as it stands. */
	void (*data)(void *ctx, const char *s, size_t n);
	/* The innermost open value ends. past, for objects and arrays: the byte after it. */
	void (*end)(void *ctx, const char *past);
};

struct json {
	const struct json_ops *ops;
	void *ctx;
	int state, depth;
	unsigned char stack[JSON_DEPTH]; /* JSON_OBJECT or JSON_ARRAY, outermost first */
	int is_key, mute;                /* the current string is a key; is unwanted */
	int skip_next;                   /* key() returned 0 */
	long deep;                       /* brackets open inside a skipped value */
	unsigned code, high;             /* \u: the digits so far; a first surrogate, or 0 */
	int digits;
	char word[JSON_WORD], key[JSON_KEY];
	size_t nword, nkey;
};

void parser_start(struct json *j, const struct json_ops *ops, void *ctx);

/*
 * The next bytes. 0; -1 from the first byte on that is not JSON. Invalid UTF-8 and control
 * characters in strings are passed on; a lone surrogate becomes U+FFFD.
 */
int parser_feed(struct json *j, const char *s, size_t n);

/* After the last byte: 1 if it was one whole value, else 0. */
int parser_done(struct json *j);

#endif
