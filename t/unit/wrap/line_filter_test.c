/* line_filter: which lines stay, for every way to split the input */
#include <stdio.h>
#include <string.h>

#include "wrap/line_filter.h"

static char got[512];
static size_t ngot;

static void
take(void *ctx, const char *p, size_t n)
{
	(void)ctx;
	memcpy(got + ngot, p, n);
	ngot += n;
}

int
main(void)
{
	static const struct { const char *words, *in, *want; } cases[] = {
		{ NULL, "ab\nab c\n", "ab\nab c\n" },
		{ "ab", "ab\nab c\nxab\n\na\nabab", "xab\n\na\n" },
		{ "ab", "a", "a" },
		{ "ab", "aab\naa", "aab\naa" },
		{ "aab", "aaab\naab\n", "aaab\n" },
		{ "{\"t\":1", "{\"t\":12}\n{\"t\":2}\n{\"t\":1", "{\"t\":2}\n" },
		{ "x", "\n\nx\n\n", "\n\n\n" },
	};
	int failed = 0;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t step = 1; step <= strlen(cases[i].in); step++) {
			struct line_filter f = { .words = cases[i].words, .out = take };
			size_t n = strlen(cases[i].in), want = strlen(cases[i].want);

			ngot = 0;
			for (size_t at = 0; at < n; at += step)
				line_filter_feed(&f, cases[i].in + at,
					n - at < step ? n - at : step);
			line_filter_end(&f);
			if (ngot != want || memcmp(got, cases[i].want, want)) {
				printf("case %zu, step %zu: '%.*s', not '%s'\n", i, step, (int)ngot,
					got, cases[i].want);
				failed = 1;
			}
		}
	if (!failed)
		puts("line_filter: ok");
	return failed;
}
