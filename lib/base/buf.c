/* buf - text assembled in a buffer of fixed size */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
buf_put(struct buf *b, const char *s, size_t n)
{
	size_t left = b->cut ? 0 : b->size - b->n - 1;

	b->cut |= n > left;
	n = n < left ? n : left;
	memcpy(b->s + b->n, s, n);
	b->n += n;
	b->s[b->n] = 0;
	return b->cut;
}

int
buf_puts(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s));
}

int
buf_word(struct buf *b, const char *s)
{
	static const char safe[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+,@%=:~-";

	if (!s[strspn(s, safe)])
		return buf_puts(b, s);
	buf_puts(b, "'");
	for (; *s; s++)
		buf_puts(b, *s == '\'' ? "'\\''" : (char[2]){ *s });
	return buf_puts(b, "'");
}

int
buf_printf(struct buf *b, const char *fmt, ...)
{
	size_t left = b->cut ? 1 : b->size - b->n;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(b->s + b->n, left, fmt, ap);
	va_end(ap);
	b->cut |= n < 0 || (size_t)n >= left;
	b->n += strlen(b->s + b->n);
	return b->cut;
}
