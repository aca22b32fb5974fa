/* keyboard_test - keys in any split, Escape alone, and what is pasted */
#include "list/keyboard.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static struct keyboard k;
static int end[2];

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "keyboard_test.c:%d: %s\n", line, what);
	exit(1);
}

static int
next(long long now)
{
	return keyboard_next(&k, end[0], now);
}

static void
press(const char *s)
{
	CHECK(write(end[1], s, strlen(s)) == (ssize_t)strlen(s));
}

/* Each byte comes alone, or all at once. */
static void
gives(int line, const char *s, int split, const int *want)
{
	for (; *s; s += split ? 1 : strlen(s)) {
		char one[2] = { *s };
		int key;

		press(split ? one : s);
		while ((key = next(0)) != KEY_NONE)
			if (key != *want++)
				fail(line, s);
	}
	if (*want)
		fail(line, "too few");
}

static void
sequences(int split)
{
	gives(__LINE__, "a\xc3\xa4\r", split, (int[]){ 'a', 0xc3, 0xa4, '\r', 0 });
	gives(__LINE__, "\033[A\033OB\033[5~\033[6~", split,
	      (int[]){ KEY_UP, KEY_DOWN, KEY_PAGE_UP, KEY_PAGE_DOWN, 0 });
	gives(__LINE__, "\033[H\033[4~\033[1;5A", split, (int[]){ KEY_HOME, KEY_END, KEY_UP, 0 });
	gives(__LINE__, "\033[2~\033[99999999~\033[15~\033[Zq", split, (int[]){ 'q', 0 });
	gives(__LINE__, "\033xy\033\003\033\033[A", split, (int[]){ 'y', 3, KEY_UP, 0 });
	gives(__LINE__, "\033[200~x\ny\033[201~z", split,
	      (int[]){ KEY_PASTED + 'x', KEY_PASTED + '\n', KEY_PASTED + 'y', 'z', 0 });
}

static void
escapes(void)
{
	press("\033");
	CHECK(next(1000) == KEY_NONE && keyboard_pending(&k));
	CHECK(next(1000 + KEYBOARD_ESCAPE_MS - 1) == KEY_NONE);
	CHECK(next(1000 + KEYBOARD_ESCAPE_MS) == KEY_ESCAPE && !keyboard_pending(&k));
	CHECK(next(9999) == KEY_NONE);
	press("xyz");
	CHECK(next(0) == 'x');
	keyboard_forget(&k);
	CHECK(next(0) == KEY_NONE);
	close(end[1]);
	CHECK(next(0) == -1);
}

int
main(void)
{
	CHECK(!pipe(end) && fcntl(end[0], F_SETFL, O_NONBLOCK) != -1);
	sequences(0);
	sequences(1);
	escapes();
	puts("keyboard: ok");
	return 0;
}
