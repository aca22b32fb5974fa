/* quote - text as JSON strings */
#include "json/quote.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

char *
quote_char(char c, char buf[QUOTE_CHAR])
{
	static const char from[] = "\"\\\n\t", to[] = "\"\\nt";
	const char *at = c ? strchr(from, c) : NULL;

	if (at)
		snprintf(buf, QUOTE_CHAR, "\\%c", to[at - from]);
	else if ((unsigned char)c < ' ')
		snprintf(buf, QUOTE_CHAR, "\\u%04x", (unsigned)c);
	else
		buf[0] = c, buf[1] = 0;
	return buf;
}

long
quote_string(const char *s, char *buf, size_t size)
{
	struct buf b = { buf, size, 0, 0 };
	char c[QUOTE_CHAR];

	buf_put(&b, "\"", 1);
	for (; *s; s++)
		buf_puts(&b, quote_char(*s, c));
	return buf_put(&b, "\"", 1) ? -1 : (long)b.n;
}
