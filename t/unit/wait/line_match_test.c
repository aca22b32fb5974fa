/* line_match_test - lines, halves of lines, lines without end */
#include "wait/line_match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static struct line_match m;

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "line_match_test.c:%d: %s\n", line, what);
	exit(1);
}

static void
begin(const char *ere, int afresh)
{
	char why[WHY];

	CHECK(!line_match_init(&m, ere, afresh, why));
}

static int
feed(const char *s)
{
	line_match_feed(&m, s, strlen(s));
	return line_match_found(&m);
}

static void
a_line_is_matched_alone(void)
{
	begin("^b.*c$", 0);
	CHECK(!feed("a b c\na\nb"));
	CHECK(!feed("\nc\n"));
	CHECK(!feed("b"));
	CHECK(!feed("xx"));
	CHECK(feed("c\nd\n"));
	CHECK(feed("nothing"));
	line_match_free(&m);
}

static void
a_line_without_its_end_counts_as_it_is(void)
{
	begin("^login: $", 0);
	CHECK(!feed("login:"));
	CHECK(feed(" "));
	line_match_free(&m);
}

static void
the_split_does_not_matter(void)
{
	const char *text = "one\ntwo\nready at last\n";

	for (size_t i = 0; i <= strlen(text); i++) {
		begin("^ready at last$", 0);
		line_match_feed(&m, text, i);
		line_match_feed(&m, text + i, strlen(text) - i);
		CHECK(line_match_found(&m));
		line_match_free(&m);
	}
}

static void
a_line_without_end_takes_no_more_room(void)
{
	static char block[LINE_MATCH_LINE / 4];

	memset(block, 'x', sizeof block);
	block[7] = 0;
	begin("needle|^y|^x+$", 0);
	for (int i = 0; i < 40; i++) {
		line_match_feed(&m, block, sizeof block);
		CHECK(m.n <= LINE_MATCH_LINE);
	}
	CHECK(!feed("y"));
	CHECK(!feed("\n\n"));
	for (int i = 0; i < 40; i++)
		line_match_feed(&m, block, sizeof block - 3);
	line_match_feed(&m, "nee", 3);
	line_match_feed(&m, "dle", 3);
	line_match_feed(&m, block, sizeof block);
	CHECK(line_match_found(&m));
	line_match_free(&m);
}

static void
a_new_attempt_is_not_what_the_old_one_said(void)
{
	begin("ready", 1);
	CHECK(m.attempt == 0);
	CHECK(feed("--- attempt 1, fresh, 2026-01-31T12:00:00Z\nready\n"));
	CHECK(!feed("--- attempt 2, again, 2026-01-31T12:00:01Z\nstarting\n"));
	CHECK(feed("now ready\n"));
	CHECK(m.attempt == 2);
	line_match_free(&m);
}

static void
what_is_no_expression_is_refused(void)
{
	char why[WHY] = "";

	CHECK(line_match_init(&m, "a(b", 0, why) == -1 && strstr(why, "not a regular expression"));
}

int
main(void)
{
	a_line_is_matched_alone();
	a_line_without_its_end_counts_as_it_is();
	the_split_does_not_matter();
	a_line_without_end_takes_no_more_room();
	a_new_attempt_is_not_what_the_old_one_said();
	what_is_no_expression_is_refused();
	puts("line_match: ok");
	return 0;
}
