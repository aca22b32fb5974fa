/* line_filter - lines that begin with given words are left out of a stream */
#include "wrap/line_filter.h"

#include <string.h>

/* The line's beginning, as far as it is as given: bytes taken. */
static size_t
begin(struct line_filter *s, const char *in, size_t n)
{
	size_t k = 0;

	while (k < n && s->words[s->met] && in[k] == s->words[s->met]) {
		s->met++;
		k++;
	}
	if (!s->words[s->met])
		s->inside = -1;
	else if (k < n)
		s->inside = 1;
	return k;
}

void
line_filter_feed(struct line_filter *s, const char *in, size_t n, void (*out)(void *ctx, const char *p, size_t n), void *ctx)
{
	if (!s->words) {
		out(ctx, in, n);
		return;
	}
	while (n > 0) {
		size_t len = 0;

		if (!s->inside) {
			len = begin(s, in, n);
			if (s->inside > 0 && s->met)
				out(ctx, s->words, s->met);
		} else {
			const char *nl = memchr(in, '\n', n);

			len = nl ? (size_t)(nl - in) + 1 : n;
			if (s->inside > 0)
				out(ctx, in, len);
			if (nl)
				s->inside = 0, s->met = 0;
		}
		in += len;
		n -= len;
	}
}

void
line_filter_end(struct line_filter *s, void (*out)(void *ctx, const char *p, size_t n), void *ctx)
{
	if (s->words && !s->inside && s->met)
		out(ctx, s->words, s->met);
	s->met = 0;
	s->inside = 0;
}
