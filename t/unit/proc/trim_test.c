/* trim_test [gives] - what lives is unchanged; `gives`: the pages of a deep call are given back */
#include "proc/trim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEP = 300 * 1024, MOST_KB = 100 };

/* Uses DEEP bytes of the stack, and returns. */
static int
deep(int seed)
{
	volatile char a[DEEP];
	int sum = 0;

	for (size_t i = 0; i < sizeof a; i += 512)
		a[i] = (char)(seed + (int)i / 512);
	for (size_t i = 0; i < sizeof a; i += 512)
		sum += a[i];
	return sum;
}

/* Resident kB of the stack; -1: this system does not say. */
static long
stack_kb(void)
{
	char line[512];
	long kb = -1;
	int inside = 0;
	FILE *f = fopen("/proc/self/smaps", "r");

	while (f && kb < 0 && fgets(line, sizeof line, f)) {
		inside |= strstr(line, "[stack]") != NULL;
		if (inside && !strncmp(line, "Rss:", 4))
			kb = strtol(line + 4, NULL, 10);
	}
	if (f)
		fclose(f);
	return kb;
}

static void
wrong(const char *what)
{
	fprintf(stderr, "trim_test: %s; the stack has %ld kB\n", what, stack_kb());
	exit(1);
}

int
main(int argc, char **argv)
{
	char here[4096], *heap[64];
	long before, after;
	int was = deep(1);

	(void)argv;
	memset(here, 'h', sizeof here);
	for (int i = 0; i < 64; i++) {
		if (!(heap[i] = malloc(4000)))
			return 1;
		memset(heap[i], i, 4000);
	}
	for (int i = 0; i < 64; i += 2) {
		free(heap[i]);
		heap[i] = NULL;
	}
	before = stack_kb();
	trim_down();
	after = stack_kb();
	for (size_t i = 0; i < sizeof here; i++)
		if (here[i] != 'h')
			wrong("the frame at hand was changed");
	for (int i = 1; i < 64; i += 2) {
		if (heap[i][0] != i || heap[i][3999] != i)
			wrong("the heap was changed");
		free(heap[i]);
	}
	if (deep(1) != was)
		wrong("the stack does not work any more");
	if (argc > 1 && (before < DEEP / 1024 || after < 0 || after > MOST_KB))
		wrong("the stack's pages are still there");
	puts("trim: ok");
	return 0;
}
