/* line_filter - leaves out the lines of a stream that begin with given words; any split, no I/O */
#ifndef WRAP_LINE_FILTER_H
#define WRAP_LINE_FILTER_H

#include <stddef.h>

/* The caller sets the first three; the rest is zeros at first. */
struct line_filter {
	const char *words; /* the beginning of the lines to leave out; NULL: all stay */
	void (*out)(void *ctx, const char *p, size_t n); /* takes what stays, in pieces */
	void *ctx;
	size_t matched;    /* bytes of the line at hand that match so far, held back */
	int decided;       /* of the line at hand: 1 it stays, -1 it goes, 0 not known yet */
};

void line_filter_feed(struct line_filter *f, const char *in, size_t n);
/* The end of the stream: what is held back goes to out. */
void line_filter_end(struct line_filter *f);

#endif
