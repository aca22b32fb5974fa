/* quote - text as JSON strings; bytes beyond ASCII stay as they are */
#ifndef JSON_QUOTE_H
#define JSON_QUOTE_H

#include <stddef.h>

enum { QUOTE_CHAR = 7 };

/* How c is written between the quotes of a JSON string. Returns buf. */
char *quote_char(char c, char buf[QUOTE_CHAR]);

/* s between quotes, cut if it does not fit. Returns its length without NUL; -1 if it was cut. */
long quote_string(const char *s, char *buf, size_t size);

#endif
