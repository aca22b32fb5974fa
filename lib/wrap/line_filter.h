/* line_filter - lines of a stream that begin with given words are left out; bytes in any split, no I/O, no allocation */
#ifndef WRAP_LINE_FILTER_H
#define WRAP_LINE_FILTER_H

#include <stddef.h>

struct line_filter {
	const char *words; /* what a line that goes begins with; NULL: all stay. The caller sets it, the rest is zeros */
	size_t met;        /* so many of its bytes this line began with, held back */
	int inside;        /* past its beginning: 1 it stays, -1 it goes */
};

/* n bytes; those that stay go to out, in pieces. */
void line_filter_feed(struct line_filter *s, const char *in, size_t n, void (*out)(void *ctx, const char *p, size_t n), void *ctx);
/* No more bytes: what is held back goes to out. */
void line_filter_end(struct line_filter *s, void (*out)(void *ctx, const char *p, size_t n), void *ctx);

#endif
