/* buf - text assembled in a buffer of fixed size */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

#include "base/err.h"

/* Initialise s and size (at least 1), the rest 0. s[n] is NUL after each call. */
struct buf {
	char *s;
	size_t size, n;
	int cut; /* something did not fit: its first part is there, and nothing follows it */
};

/* Each returns cut. */
int buf_put(struct buf *b, const char *s, size_t n);
int buf_puts(struct buf *b, const char *s);
/* As one word for a shell, in single quotes where it needs them. */
int buf_word(struct buf *b, const char *s);
int buf_printf(struct buf *b, const char *fmt, ...) ERR_PRINTF(2, 3);

#endif
