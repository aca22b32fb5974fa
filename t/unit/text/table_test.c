/* table_test - which columns fit, and cells of exactly the width, whatever the text */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/table.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "table_test.c:%d: %s\n", line, what);
	exit(1);
}

static void
cell(int line, const char *text, int width, int right, const char *want)
{
	char buf[256];
	size_t n = table_cell(buf, sizeof buf, text, width, right);

	if (strcmp(buf, want) || n != strlen(want)) {
		fprintf(stderr, "table_test.c:%d: [%s], wanted [%s]\n", line, buf, want);
		exit(1);
	}
}

static void
cells(void)
{
	cell(__LINE__, "abc", 5, 0, "abc  ");
	cell(__LINE__, "abc", 5, 1, "  abc");
	cell(__LINE__, "abc", 3, 0, "abc");
	cell(__LINE__, "abcd", 3, 0, "ab\xe2\x80\xa6");
	cell(__LINE__, "abcd", 1, 0, "\xe2\x80\xa6");
	cell(__LINE__, "abcd", 0, 0, "");
	cell(__LINE__, "abcd", -3, 0, "");
	cell(__LINE__, "", 2, 1, "  ");
	/* wide characters: two columns each, never halved */
	cell(__LINE__, "\xe6\x97\xa5\xe6\x9c\xac", 4, 0, "\xe6\x97\xa5\xe6\x9c\xac");
	cell(__LINE__, "\xe6\x97\xa5\xe6\x9c\xac", 3, 0, "\xe6\x97\xa5\xe2\x80\xa6");
	cell(__LINE__, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4, 0, "\xe6\x97\xa5\xe2\x80\xa6 ");
	cell(__LINE__, "\xf0\x9f\xa6\xbe ok", 5, 0, "\xf0\x9f\xa6\xbe ok");
	/* a mark goes with its letter */
	cell(__LINE__, "e\xcc\x81t\xc3\xa9", 3, 0, "e\xcc\x81t\xc3\xa9");
	cell(__LINE__, "e\xcc\x81t\xc3\xa9", 2, 0, "e\xcc\x81\xe2\x80\xa6");
	/* what must not reach a terminal */
	cell(__LINE__, "a\033[31mb", 8, 0, "a?[31mb ");
	cell(__LINE__, "a\tb\nc\rd\177", 8, 0, "a?b?c?d?");
	cell(__LINE__, "\xc2\x9b" "31m", 5, 0, "?31m ");
	cell(__LINE__, "a\xff\xe6\x97", 4, 0, "a?? ");
	cell(__LINE__, "\xe2\x80\xae" "abc\xe2\x81\xa6" "d", 5, 0, "abcd ");
}

/* Any bytes give the exact width, well-formed text without controls, within the buffer. */
static void
any_bytes(void)
{
	static const char *const parts[] = { "a", " ", "\xe6\x97\xa5", "\xf0\x9f\xa6\xbe",
		"\xcc\x81", "\033[2J", "\xff", "\xc2\x9b", "\xe2\x80\xae", "\r", "\xe6",
		"\xf0\x9d\x94\xb8" };
	enum { PARTS = sizeof parts / sizeof *parts };

	srand(7);
	for (int round = 0; round < 20000; round++) {
		char text[400] = "", buf[200];
		int width = rand() % 40;
		size_t size = round % 3 ? sizeof buf : (size_t)(rand() % (int)sizeof buf);
		size_t n, at = 0;

		for (int i = rand() % 60; i > 0; i--)
			strcat(text, parts[rand() % PARTS]);
		memset(buf, '#', sizeof buf);
		n = table_cell(buf, size, text, width, rand() % 2);
		if (size == 0)
			continue;
		CHECK(n < size && strlen(buf) == n);
		CHECK(size == sizeof buf || buf[size] == '#');
		if (size == sizeof buf && n < TABLE_BYTES(width) - 8)
			CHECK(table_width(buf) == width);
		CHECK(table_width(buf) <= width);
		while (at < n) {
			int k = utf8_seq(buf + at, n - at);

			CHECK(k > 0);
			CHECK((unsigned char)buf[at] >= ' ' && buf[at] != 0x7f);
			at += (size_t)k;
		}
	}
}

static void
marks(void)
{
	char flood[5000] = "x", buf[64];

	while (strlen(flood) < sizeof flood - 4)
		strcat(flood, "\xcc\x81");
	CHECK(table_width(flood) == 1);
	CHECK(table_cell(buf, sizeof buf, flood, 10, 0) < sizeof buf);
}

static void
fit(int line, int width, const int want[4])
{
	struct column c[4] = { { "A", 0, 4, 10, 0, 0 }, { "B", 0, 3, 3, 2, 0 },
		{ "C", 1, 5, 5, 3, 0 }, { "D", 0, 6, 0, 1, 0 } };

	table_fit(c, 4, width);
	for (int i = 0; i < 4; i++)
		if (c[i].width != want[i]) {
			fprintf(stderr, "table_test.c:%d: width %d: column %d is %d, wanted %d\n",
				line, width, i, c[i].width, want[i]);
			exit(1);
		}
}

int
main(void)
{
	cells();
	any_bytes();
	marks();
	fit(__LINE__, 80, (int[]){ 10, 3, 5, 56 });
	fit(__LINE__, 30, (int[]){ 10, 3, 5, 6 });
	fit(__LINE__, 24, (int[]){ 4, 3, 5, 6 });
	fit(__LINE__, 23, (int[]){ 10, 3, 0, 6 });
	fit(__LINE__, 17, (int[]){ 4, 3, 0, 6 });
	fit(__LINE__, 12, (int[]){ 4, 0, 0, 6 });
	fit(__LINE__, 5, (int[]){ 5, 0, 0, 0 });
	fit(__LINE__, 2, (int[]){ 2, 0, 0, 0 });
	fit(__LINE__, 0, (int[]){ 0, 0, 0, 0 });
	puts("table: ok");
	return 0;
}
