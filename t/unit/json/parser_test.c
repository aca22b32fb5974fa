/* parser_test - the result is the same in any split, errors are found, memory stays constant */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/parser.h"

static int failed;

/* The events as text: k(name), a letter for each value's type, =data; } ends a container. */
struct trace {
	char s[4096];
	size_t n;
	long long bytes;     /* of all data */
	const char *unwanted;/* keys or types (letters) to skip */
	int open;            /* the current value is not a container */
};

static void
put(struct trace *t, const char *s, size_t n)
{
	for (size_t i = 0; i < n && t->n + 1 < sizeof t->s; i++)
		t->s[t->n++] = s[i] ? s[i] : '@';
	t->s[t->n] = '\0';
}

static int
on_key(void *ctx, const char *s, size_t n)
{
	struct trace *t = ctx;

	put(t, "k(", 2);
	put(t, s ? s : "LONG", s ? n : 4);
	put(t, ")", 1);
	return !(n == 4 && s && memcmp(s, "skip", 4) == 0);
}

static int
on_begin(void *ctx, enum json_type type, const char *at)
{
	struct trace *t = ctx;

	(void)at;
	put(t, &"snTF0{["[type], 1);
	if (t->unwanted && strchr(t->unwanted, "snTF0{["[type]))
		return 0;
	t->open = type != JSON_OBJECT && type != JSON_ARRAY;
	if (t->open)
		put(t, "=", 1);
	return 1;
}

static void
on_data(void *ctx, const char *s, size_t n)
{
	struct trace *t = ctx;

	t->bytes += (long long)n;
	put(t, s, n);
}

static void
on_end(void *ctx, const char *past)
{
	struct trace *t = ctx;

	(void)past;
	put(t, t->open ? ";" : "}", 1);
	t->open = 0;
}

static const struct json_ops ops = {on_key, on_begin, on_data, on_end};

/* Feeds s in pieces of at most `most` bytes (0: random). Returns parser_done. */
static int
run(struct trace *t, const char *s, size_t n, size_t most)
{
	struct json j;
	int bad = 0;

	parser_start(&j, &ops, t);
	while (n > 0 && !bad) {
		size_t len = most ? most : (size_t)rand() % 7 + 1;
		char piece[4096];

		len = len < n ? len : n;
		memcpy(piece, s, len); /* so that a sanitizer sees a read past the piece */
		bad = parser_feed(&j, piece, len) < 0;
		s += len;
		n -= len;
	}
	return parser_done(&j);
}

static void
check(int line, const char *json, size_t n, const char *unwanted, const char *want, int done)
{
	static const size_t sizes[] = { 0, 1, 3, 8, 4000 };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct trace t = {.unwanted = unwanted};
		int got = run(&t, json, n, sizes[i]);

		if (got == done && (!done || strcmp(t.s, want) == 0))
			continue;
		printf("%s:%d: %.60s in pieces of %zu: %s, %d; not %s, %d\n", __FILE__, line, json,
			sizes[i], t.s, got, want, done);
		failed = 1;
		return;
	}
}

#define SAME(json, want) check(__LINE__, json, sizeof json - 1, NULL, want, 1)
#define NONE(json) check(__LINE__, json, sizeof json - 1, NULL, "", 0)

static void
values(void)
{
	SAME("{}", "{}");
	SAME(" { } \r\n", "{}");
	SAME("[]", "[}");
	SAME("{\"a\":1}", "{k(a)n=1;}");
	SAME("{\"a\" : -1.5e+9 , \"b\":[true,false,null,\"x\"]}",
		"{k(a)n=-1.5e+9;k(b)[T=true;F=false;0=null;s=x;}}");
	SAME("[[[{}]],1]", "[[[{}}}n=1;}");
	SAME("\"top\"", "s=top;");
	SAME("42", "n=42;");
	SAME("true", "T=true;");
	SAME("{\"\":\"\"}", "{k()s=;}");
	SAME("{\"a\":1,\"a\":2}", "{k(a)n=1;k(a)n=2;}");
}

static void
strings(void)
{
	SAME("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[s=\"\\/\b\f\n\r\t;}");
	SAME("[\"caf\\u00e9 \\u20ac \\u0041\"]", "[s=caf\xc3\xa9 \xe2\x82\xac A;}");
	SAME("[\"\\ud83d\\ude00\"]", "[s=\xf0\x9f\x98\x80;}");
	SAME("[\"\\uD83D\\uDE00\"]", "[s=\xf0\x9f\x98\x80;}");
	SAME("[\"\\udbff\\udfff\"]", "[s=\xf4\x8f\xbf\xbf;}");
	/* surrogates without their other half */
	SAME("[\"\\ud83d\"]", "[s=\xef\xbf\xbd;}");
	SAME("[\"\\ud83dx\"]", "[s=\xef\xbf\xbdx;}");
	SAME("[\"\\ud83d\\n\"]", "[s=\xef\xbf\xbd\n;}");
	SAME("[\"\\ude00\"]", "[s=\xef\xbf\xbd;}");
	SAME("[\"\\ud83d\\u0041\"]", "[s=\xef\xbf\xbd""A;}");
	SAME("[\"\\ud83d\\ud83d\\ude00\"]", "[s=\xef\xbf\xbd\xf0\x9f\x98\x80;}");
	SAME("[\"a\\u0000b\"]", "[s=a@b;}");
	/* invalid UTF-8 is passed on */
	SAME("[\"\xff\xfe\x80\"]", "[s=\xff\xfe\x80;}");
	SAME("[\"tab\there\"]", "[s=tab\there;}");
	SAME("[\"nul\0here\"]", "[s=nul@here;}");
	SAME("{\"k\\u00e9y\\n\":1}", "{k(k\xc3\xa9y\n)n=1;}");
}

static void
skipped(void)
{
	static const char nested[] = "{\"skip\":{\"x\":[1,\"}]\\\"\",{}]},\"b\":2}";

	SAME("{\"skip\":1,\"b\":2}", "{k(skip)k(b)n=2;}");
	SAME("{\"skip\":\"x\\\"y\",\"b\":2}", "{k(skip)k(b)n=2;}");
	SAME("{\"skip\":true,\"b\":2}", "{k(skip)k(b)n=2;}");
	SAME("{\"skip\":[[\"]\"]],\"b\":2}", "{k(skip)k(b)n=2;}");
	SAME("{\"skip\":{\"skip\":{}}}", "{k(skip)}");
	check(__LINE__, nested, sizeof nested - 1, NULL, "{k(skip)k(b)n=2;}", 1);
	/* also when the array is outermost */
	check(__LINE__, "[\"a\",1,[2],\"b\"]", 15, "s[", "[", 1);
	check(__LINE__, "{\"a\":\"x\",\"b\":{\"c\":1},\"d\":[3]}", 29, "s[",
		"{k(a)sk(b){k(c)n=1;}k(d)[}", 1);
}

static void
no_json(void)
{
	NONE("");
	NONE("   ");
	NONE("{");
	NONE("{\"a\":1");
	NONE("[1,2");
	NONE("\"half");
	NONE("hello");
	NONE("{a:1}");
	NONE("{\"a\" 1}");
	NONE("{\"a\":}");
	NONE("{\"a\":1,}");
	NONE("{,}");
	NONE("[1,]");
	NONE("[1 2]");
	NONE("[1}");
	NONE("{\"a\":1]");
	NONE("{}x");
	NONE("{}{}");
	NONE("]");
	NONE("tru");
	NONE("truex");
	NONE("nulL");
	NONE("+1");
	NONE("[\"\\x\"]");
	NONE("[\"\\u12g4\"]");
	NONE("[\"\\\0\"]");
	NONE("[\"\\u\0\"]");
	NONE("\0");
	NONE("{\0}");
	NONE("{\"a\":1\0}");
	NONE("\xef\xbb\xbf{}");
	NONE("{\"skip\":{\"half");
	NONE("{\"skip\":[}");
}

/* Values deeper than JSON_DEPTH are skipped, and what follows them is read. */
static void
deep(void)
{
	enum { LEVELS = 100000 };
	char *s = malloc(LEVELS * 2 + 64);
	struct trace t = {.n = 0};
	size_t n = 0;

	n += (size_t)sprintf(s, "{\"a\":");
	memset(s + n, '[', LEVELS);
	n += LEVELS;
	memset(s + n, ']', LEVELS);
	n += LEVELS;
	n += (size_t)sprintf(s + n, ",\"b\":7}");
	if (!run(&t, s, n, 1000) || !strstr(t.s, "k(b)n=7;}")) {
		printf("%s:%d: %d levels: %.200s\n", __FILE__, __LINE__, LEVELS, t.s);
		failed = 1;
	}
	free(s);
}

static void
long_ones(void)
{
	struct trace t = {.n = 0};
	char key[400], s[1000];
	struct json j;
	size_t n;

	memset(key, 'k', sizeof key);
	n = (size_t)sprintf(s, "{\"%.*s\":1,\"%.*s\":2,\"n\":%073d}", JSON_KEY, key, JSON_KEY + 1,
		key, 1);
	if (!run(&t, s, n, 13) || strncmp(t.s, "{k(kkkk", 7) != 0 ||
		!strstr(t.s, ")n=1;k(LONG)n=2;k(n)n=0000")) {
		printf("%s:%d: %s\n", __FILE__, __LINE__, t.s);
		failed = 1;
	}
	/* 64 MB in one string */
	t = (struct trace){.n = 0};
	memset(s, 'x', sizeof s);
	parser_start(&j, &ops, &t);
	parser_feed(&j, "{\"a\":\"", 6);
	for (int i = 0; i < 64 * 1024; i++)
		parser_feed(&j, s, sizeof s);
	parser_feed(&j, "\"}", 2);
	if (!parser_done(&j) || t.bytes != 64 * 1024 * 1000LL) {
		printf("%s:%d: %lld bytes\n", __FILE__, __LINE__, t.bytes);
		failed = 1;
	}
}

/* Bytes that are nearly JSON: the reader ends, and in the same way in any split. */
static void
scrambled(void)
{
	static const char seed[] =
		"{\"type\":\"a\\n\\u00e9\\ud83d\",\"skip\":{\"b\":[1,2,{}]},"
		"\"n\":[-1.5e3,true,null,\"\\\\\"]}";

	for (int i = 0; i < 20000; i++) {
		char s[sizeof seed];
		struct trace a = {.n = 0}, b = {.n = 0};
		int x, y;

		memcpy(s, seed, sizeof s);
		for (int k = rand() % 3; k >= 0; k--)
			s[(size_t)rand() % (sizeof s - 1)] = rand() % 4 ?
				"{}[]\",:\\u01tfn "[rand() % 15] : (char)rand();
		x = run(&a, s, sizeof s - 1, 4000);
		y = run(&b, s, sizeof s - 1, 0);
		if (x != y || (x && strcmp(a.s, b.s) != 0)) {
			printf("%s:%d: split changes %s: %s / %s\n", __FILE__, __LINE__, s, a.s,
				b.s);
			failed = 1;
			return;
		}
	}
}

int
main(void)
{
	srand(7);
	values();
	strings();
	skipped();
	no_json();
	deep();
	long_ones();
	scrambled();
	if (!failed)
		puts("parser: ok");
	return failed;
}
