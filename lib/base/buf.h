/* buf - text put together in a buffer of fixed size; no allocation */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

#include "base/err.h"

/* Begin with s, size (at least 1) and zeros. s[0..n) is always followed by a NUL. */
struct buf {
	char *s;
	size_t size, n;
	int cut; /* something did not fit: its beginning was kept, and nothing is put after it */
};

/* Each returns cut. */
int buf_put(struct buf *b, const char *s, size_t n);
int buf_puts(struct buf *b, const char *s);
int buf_printf(struct buf *b, const char *fmt, ...) ERR_PRINTF(2, 3);

#endif
