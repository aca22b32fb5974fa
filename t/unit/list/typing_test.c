/* typing_test - a line as it is typed, corrected and pasted, and the end of it that is shown */
#include "list/typing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list/keyboard.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static struct typing p;

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "typing_test.c:%d: %s (%s)\n", line, what, p.text);
	exit(1);
}

static enum typing_is
type(const char *s, int pasted)
{
	enum typing_is is = TYPING_OPEN;

	for (; *s && is == TYPING_OPEN; s++)
		is = typing_key(&p, (pasted ? KEY_PASTED : 0) + (unsigned char)*s);
	return is;
}

static void
edits(void)
{
	CHECK(type("fix \xc3\xa4\xe6\x97\xa5", 0) == TYPING_OPEN);
	CHECK(type("\177", 0) == TYPING_OPEN && !strcmp(p.text, "fix \xc3\xa4"));
	CHECK(type("\b", 0) == TYPING_OPEN && !strcmp(p.text, "fix "));
	CHECK(type("the test  \027", 0) == TYPING_OPEN && !strcmp(p.text, "fix the "));
	CHECK(typing_key(&p, KEY_UP) == TYPING_OPEN && type("\t\001", 0) == TYPING_OPEN);
	CHECK(!strcmp(p.text, "fix the ") && p.n == 8);
	CHECK(type("end\r", 0) == TYPING_DONE && !strcmp(p.text, "fix the end"));
	CHECK(type("\025", 0) == TYPING_OPEN && !p.n && !*p.text);
	CHECK(type("\177", 0) == TYPING_LEFT);
	CHECK(type("x\033", 0) == TYPING_LEFT && type("\003", 0) == TYPING_LEFT);
}

static void
pastes(void)
{
	p = (struct typing){ .n = 0 };
	CHECK(type("one\ntwo\r\nthree\tfour\003\033\177\025", 1) == TYPING_OPEN);
	CHECK(!strcmp(p.text, "one two  three four"));
	for (int i = 0; i < TYPING_SIZE; i++)
		CHECK(type("x", 1) == TYPING_OPEN);
	CHECK(p.n == TYPING_SIZE - 1 && strlen(p.text) == p.n);
}

static void
tails(void)
{
	p = (struct typing){ .n = 0 };
	type("ab\xe6\x97\xa5\xe6\x9c\xac", 0);
	CHECK(typing_tail(&p, 6) == p.text);
	CHECK(typing_tail(&p, 5) == p.text + 1);
	CHECK(typing_tail(&p, 3) == p.text + 5);
	CHECK(!*typing_tail(&p, 1) && !*typing_tail(&p, 0) && !*typing_tail(&p, -5));
	type("\377", 0);
	CHECK(!strcmp(typing_tail(&p, 1), "\377"));
}

int
main(void)
{
	edits();
	pastes();
	tails();
	puts("typing: ok");
	return 0;
}
