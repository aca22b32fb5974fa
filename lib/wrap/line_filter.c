/* line_filter - leaves out the lines of a stream that begin with given words */
#include "wrap/line_filter.h"

#include <string.h>

/* Compares what follows with the words; returns the bytes that match. */
static size_t
match(struct line_filter *f, const char *in, size_t n)
{
	size_t k = 0;

	for (; k < n && f->words[f->matched] && in[k] == f->words[f->matched]; k++)
		f->matched++;
	if (!f->words[f->matched])
		f->decided = -1;
	else if (k < n)
		f->decided = 1;
	return k;
}

static void
give_back(struct line_filter *f)
{
	if (f->matched)
		f->out(f->ctx, f->words, f->matched);
}

void
line_filter_feed(struct line_filter *f, const char *in, size_t n)
{
	if (!f->words) {
		f->out(f->ctx, in, n);
		return;
	}
	while (n > 0) {
		size_t len;

		if (!f->decided) {
			len = match(f, in, n);
			if (f->decided > 0)
				give_back(f);
		} else {
			const char *nl = memchr(in, '\n', n);

			len = nl ? (size_t)(nl - in) + 1 : n;
			if (f->decided > 0)
				f->out(f->ctx, in, len);
			if (nl)
				f->decided = 0, f->matched = 0;
		}
		in += len;
		n -= len;
	}
}

void
line_filter_end(struct line_filter *f)
{
	if (f->words && !f->decided)
		give_back(f);
}
