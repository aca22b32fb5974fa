/* jsonstate - what parser.c and strings.c share */
#ifndef JSON_JSONSTATE_H
#define JSON_JSONSTATE_H

#include "json/parser.h"

enum state {
	VALUE,        /* a value must come */
	FIRST,        /* just after [: a value or ] */
	MEMBER,       /* just after {: a key or } */
	NAME,         /* after a comma in an object: a key */
	COLON,
	NEXT,         /* after a value: , or the closing bracket */
	STRING,
	ESCAPE,       /* after a backslash */
	UNICODE,      /* within \uXXXX */
	NUMBER,
	WORD,         /* true, false, null */
	SKIP,         /* inside an unwanted object or array */
	SKIP_STRING,
	SKIP_ESCAPE,
	DONE,         /* the value is complete; white space may follow */
	BAD
};

/* Hands out a piece of the current string, decoded. */
void strings_emit(struct json *j, const char *s, size_t n);
/* A first surrogate without its second half becomes U+FFFD. */
void strings_lone(struct json *j);
/* The byte after a backslash; a digit of \uXXXX. 0; -1 if JSON does not allow it. */
int strings_escape(struct json *j, char c);
int strings_unicode(struct json *j, char c);
/* The first quote or backslash from p on, or end. */
const char *strings_plain(const char *p, const char *end);

#endif
