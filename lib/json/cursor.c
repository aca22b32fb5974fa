/* cursor - walks a JSON text in memory: RFC 8259 to the letter, as its reader may be strict */
#include "json/cursor.h"

#include <string.h>

#include "base/buf.h"
#include "json/parser.h"

struct scan {
	const char *p, *end;
};

static int value(struct scan *s, int depth);

static void
blanks(struct scan *s)
{
	while (s->p < s->end && *s->p && strchr(" \t\r\n", *s->p))
		s->p++;
}

static int
take(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return 0;
	s->p++;
	return 1;
}

static int
digits(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > from ? 0 : -1;
}

static int
number(struct scan *s)
{
	take(s, '-');
	if (!take(s, '0') && digits(s))
		return -1;
	if (take(s, '.') && digits(s))
		return -1;
	if (take(s, 'e') || take(s, 'E')) {
		if (!take(s, '+'))
			take(s, '-');
		return digits(s);
	}
	return 0;
}

static int
escape(struct scan *s)
{
	if (take(s, 'u')) {
		for (int i = 0; i < 4; i++, s->p++)
			if (s->p == s->end || !*s->p || !strchr("0123456789abcdefABCDEF", *s->p))
				return -1;
		return 0;
	}
	if (s->p == s->end || !*s->p || !strchr("\"\\/bfnrt", *s->p))
		return -1;
	s->p++;
	return 0;
}

static int
string(struct scan *s)
{
	if (!take(s, '"'))
		return -1;
	while (!take(s, '"')) {
		if (s->p == s->end || (unsigned char)*s->p < ' ')
			return -1;
		if (*s->p++ == '\\' && escape(s))
			return -1;
	}
	return 0;
}

static int
word(struct scan *s, const char *w)
{
	for (; *w; w++)
		if (!take(s, *w))
			return -1;
	return 0;
}

static int
name(struct scan *s)
{
	if (string(s))
		return -1;
	blanks(s);
	return take(s, ':') ? 0 : -1;
}

static int
container(struct scan *s, char close, int depth)
{
	s->p++;
	blanks(s);
	if (take(s, close))
		return 0;
	do {
		blanks(s);
		if ((close == '}' && name(s)) || value(s, depth - 1))
			return -1;
		blanks(s);
	} while (take(s, ','));
	return take(s, close) ? 0 : -1;
}

static int
value(struct scan *s, int depth)
{
	blanks(s);
	if (s->p == s->end || depth == 0)
		return -1;
	switch (*s->p) {
	case '{': return container(s, '}', depth);
	case '[': return container(s, ']', depth);
	case '"': return string(s);
	case 't': return word(s, "true");
	case 'f': return word(s, "false");
	case 'n': return word(s, "null");
	default: return number(s);
	}
}

int
cursor_read(const char *text, size_t n, struct cursor *root, int *line)
{
	struct scan s = { text, text + n };

	if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) /* a byte order mark */
		s.p += 3;
	blanks(&s);
	*root = (struct cursor){ NULL, NULL, s.p, NULL };
	if (!value(&s, CURSOR_DEPTH)) {
		root->end = s.p;
		blanks(&s);
		if (s.p == s.end)
			return 0;
	}
	*line = 1;
	for (const char *p = text; p < s.p; p++)
		*line += *p == '\n';
	return -1;
}

int
cursor_next(const struct cursor *in, struct cursor *it)
{
	struct scan s = { it->at ? it->end : in->at + 1, in->end };

	blanks(&s);
	if (it->at && !take(&s, ','))
		return 0;
	blanks(&s);
	if (*s.p == ']' || *s.p == '}')
		return 0;
	*it = (struct cursor){ NULL, NULL, NULL, NULL };
	if (*in->at == '{') {
		it->key = s.p;
		string(&s);
		it->key_end = s.p;
		blanks(&s);
		take(&s, ':');
		blanks(&s);
	}
	it->at = s.p;
	value(&s, CURSOR_DEPTH);
	it->end = s.p;
	return 1;
}

static int
on_begin(void *ctx, enum json_type t, const char *at)
{
	(void)ctx, (void)t, (void)at;
	return 1;
}

static void
on_data(void *ctx, const char *s, size_t n)
{
	buf_put(ctx, s, n);
}

static void
on_end(void *ctx, const char *past)
{
	(void)ctx, (void)past;
}

int
cursor_decode(const char *s, const char *end, char *buf, size_t size)
{
	/* A string has no keys. */
	static const struct json_ops ops = { NULL, on_begin, on_data, on_end };
	struct buf b = { buf, size, 0, 0 };
	struct json j;

	*buf = 0;
	parser_start(&j, &ops, &b);
	parser_feed(&j, s, (size_t)(end - s));
	return parser_done(&j) && !b.cut ? (int)b.n : -1;
}

int
cursor_is(const char *s, const char *end, const char *w)
{
	char buf[128];
	int n = cursor_decode(s, end, buf, sizeof buf);

	return n >= 0 && (size_t)n == strlen(w) && !memcmp(buf, w, (size_t)n);
}
