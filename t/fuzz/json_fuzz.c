/*
 * json_fuzz - the JSON reader: the same in any pieces; it accepts what a plain recursive reader
 * accepts; its events, written as JSON, read the same again
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "json/parser.h"

struct tape {
	struct text t; /* the events, as JSON */
	char kind[JSON_DEPTH + 2]; /* of each open value: o a s n */
	int depth, first;
	int skip; /* one of so many values is not wanted; 0 none */
	int count;
};

static void
put(struct tape *p, const char *s)
{
	text_add(&p->t, s, strlen(s));
}

static void
put_string(struct tape *p, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"' || s[i] == '\\')
			put(p, "\\");
		text_add(&p->t, s + i, 1);
	}
}

static void
comma(struct tape *p)
{
	if (!p->first)
		put(p, ",");
	p->first = 0;
}

static int
on_key(void *ctx, const char *s, size_t n)
{
	struct tape *p = ctx;

	HOLDS(p->depth > 0 && p->kind[p->depth - 1] == 'o');
	if (p->skip && ++p->count % p->skip == 0)
		return 0;
	comma(p);
	put(p, "\"");
	if (s)
		put_string(p, s, n);
	put(p, "\":");
	p->first = 1;
	return 1;
}

static int
on_begin(void *ctx, enum json_type t, const char *at)
{
	static const char *const first[] = {
		[JSON_STRING] = "\"", [JSON_NUMBER] = "-0123456789", [JSON_TRUE] = "t",
		[JSON_FALSE] = "f", [JSON_NULL] = "n", [JSON_OBJECT] = "{", [JSON_ARRAY] = "["
	};
	struct tape *p = ctx;
	const char kind = t == JSON_OBJECT ? 'o' : t == JSON_ARRAY ? 'a' : t == JSON_STRING ? 's' :
		'n';

	HOLDS(strchr(first[t], *at));
	HOLDS(p->depth <= JSON_DEPTH);
	if (p->depth && p->kind[p->depth - 1] == 'a')
		comma(p);
	else
		p->first = 0;
	if (p->skip && ++p->count % p->skip == 0) {
		put(p, "null");
		return 0;
	}
	p->kind[p->depth++] = kind;
	p->first = 1;
	put(p, kind == 'o' ? "{" : kind == 'a' ? "[" : kind == 's' ? "\"" : "");
	return 1;
}

static void
on_data(void *ctx, const char *s, size_t n)
{
	struct tape *p = ctx;

	HOLDS(p->depth > 0 && strchr("sn", p->kind[p->depth - 1]));
	if (p->kind[p->depth - 1] == 's')
		put_string(p, s, n);
	else
		text_add(&p->t, s, n);
}

static void
on_end(void *ctx, const char *past)
{
	struct tape *p = ctx;
	char kind;

	(void)past;
	HOLDS(p->depth > 0);
	kind = p->kind[--p->depth];
	put(p, kind == 'o' ? "}" : kind == 'a' ? "]" : kind == 's' ? "\"" : "");
	p->first = 0;
}

static const struct json_ops ops = { on_key, on_begin, on_data, on_end };

/* 1 if it was one whole value. */
static int
read_json(struct tape *p, const uint8_t *data, size_t n, unsigned seed, int skip)
{
	struct json j;

	memset(p, 0, sizeof *p);
	p->skip = skip;
	parser_start(&j, &ops, p);
	for (size_t at = 0, k; at < n; at += k) {
		char *piece;

		k = seed ? fuzz_piece(&seed, n - at) : n;
		piece = fuzz_bytes(data + at, k);
		parser_feed(&j, piece, k);
		free(piece);
	}
	return parser_done(&j);
}

struct plain {
	const char *s, *end;
	int depth, deep;
};

static void
blanks(struct plain *r)
{
	while (r->s < r->end && strchr(" \t\r\n", *r->s) && *r->s)
		r->s++;
}

static int
got(struct plain *r, char c)
{
	if (r->s == r->end || *r->s != c)
		return 0;
	r->s++;
	return 1;
}

static int
plain_string(struct plain *r)
{
	if (!got(r, '"'))
		return 0;
	while (r->s < r->end && *r->s != '"') {
		if (*r->s++ != '\\')
			continue;
		if (r->s == r->end || !*r->s || !strchr("\"\\/bfnrtu", *r->s))
			return 0;
		if (*r->s++ == 'u')
			for (int i = 0; i < 4; i++, r->s++)
				if (r->s == r->end || !*r->s ||
					!strchr("0123456789abcdefABCDEF", *r->s))
					return 0;
	}
	return got(r, '"');
}

static int plain_value(struct plain *r);

static int
plain_members(struct plain *r, char close)
{
	blanks(r);
	if (got(r, close))
		return 1;
	do {
		blanks(r);
		if (close == '}' && (!plain_string(r) || (blanks(r), !got(r, ':'))))
			return 0;
		if (!plain_value(r))
			return 0;
		blanks(r);
	} while (got(r, ','));
	return got(r, close);
}

static int
plain_word(struct plain *r)
{
	static const char *const words[] = { "true", "false", "null" };

	for (int i = 0; i < 3; i++) {
		size_t k = strlen(words[i]);

		if ((size_t)(r->end - r->s) >= k && !memcmp(r->s, words[i], k)) {
			r->s += k;
			return 1;
		}
	}
	if (r->s == r->end || !*r->s || !strchr("-0123456789", *r->s))
		return 0;
	while (r->s < r->end && *r->s && strchr("0123456789-+.eE", *r->s))
		r->s++;
	return 1;
}

static int
plain_value(struct plain *r)
{
	int ok;

	blanks(r);
	if (r->s == r->end)
		return 0;
	if (*r->s == '"')
		return plain_string(r);
	if (*r->s != '{' && *r->s != '[')
		return plain_word(r);
	if (++r->depth > JSON_DEPTH) { /* the reader skips it without a close look */
		r->deep = 1;
		return 0;
	}
	ok = plain_members(r, *r->s++ == '{' ? '}' : ']');
	r->depth--;
	return ok;
}

static void
against_plain(const uint8_t *data, size_t n, int done)
{
	struct plain r = { .s = (const char *)data, .end = (const char *)data + n };
	int ok = plain_value(&r);

	blanks(&r);
	if (!r.deep)
		HOLDS(done == (ok && r.s == r.end));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tape one, two, again;
	unsigned seed = fuzz_seed(data, n) | 1;
	int done = read_json(&one, data, n, 0, 0);

	HOLDS(read_json(&two, data, n, seed, 0) == done && text_same(&one.t, &two.t));
	against_plain(data, n, done);
	if (done) {
		HOLDS(one.depth == 0);
		HOLDS(read_json(&again, (const uint8_t *)one.t.s, one.t.n, 0, 0) == 1 ||
			one.t.n == 0);
		HOLDS(text_same(&one.t, &again.t));
		free(again.t.s);
	}
	free(one.t.s);
	free(two.t.s);
	done = read_json(&one, data, n, 0, 3);
	HOLDS(read_json(&two, data, n, seed, 3) == done && text_same(&one.t, &two.t));
	free(one.t.s);
	free(two.t.s);
	return 0;
}
