/* oneline - a text as one clean line, for tables and notices */
#include <string.h>

#include "base/utf8.h"
#include "text/strip.h"

struct dest {
	char *s;
	size_t size, len;
	int exact; /* keeps invisible characters */
};

static int
seen(struct dest *d, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i] == '\n' || p[i] == '\t' ? ' ' : p[i];

		if (d->len + 1 >= d->size)
			return 1;
		if (c != ' ' || d->len)
			d->s[d->len++] = c;
	}
	return 0;
}

static int
to_dest(void *ctx, const char *p, size_t n)
{
	struct dest *d = ctx;

	while (n) {
		size_t k = d->exact ? n : utf8_visible(p, n);

		if (seen(d, p, k))
			return 1;
		p += k;
		n -= k;
		k = n ? (size_t)utf8_seq(p, n) : 0;
		p += k;
		n -= k;
	}
	return 0;
}

/* 1 if it needs no cleaning, as most texts do. */
static int
clean(const char *s, size_t n, int exact)
{
	return n && *s != ' ' && s[n - 1] != ' ' && utf8_plain(s, n) == n &&
		(exact || utf8_visible(s, n) == n) && !memchr(s, '\n', n) && !memchr(s, '\t', n);
}

static size_t
one_line(char *dst, size_t size, const char *src, size_t n, int exact)
{
	struct dest d = {dst, size, 0, exact};
	struct strip s;

	if (!size)
		return 0;
	if (clean(src, n, exact) && n < size) {
		memcpy(dst, src, n);
		dst[n] = '\0';
		return n;
	}
	strip_init(&s);
	if (!strip_feed(&s, src, n, to_dest, &d))
		strip_flush(&s, to_dest, &d);
	d.len = utf8_cut(dst, d.len);
	while (d.len && dst[d.len - 1] == ' ')
		d.len--;
	dst[d.len] = '\0';
	return d.len;
}

size_t
oneline(char *dst, size_t size, const char *src, size_t n)
{
	return one_line(dst, size, src, n, 0);
}

size_t
oneline_exact(char *dst, size_t size, const char *src, size_t n)
{
	return one_line(dst, size, src, n, 1);
}
