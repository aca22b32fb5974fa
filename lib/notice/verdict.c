/* verdict - the five words that say how a task is doing */
#include "notice/verdict.h"

#include <string.h>

static const char *const words[] = { "FINE", "NEEDS_NUDGE", "STUCK", "DONE", "ESCALATE" };

_Static_assert(sizeof words / sizeof words[0] == VERDICT_LAST, "a word for each verdict");

const char *
verdict_word(enum verdict v)
{
	return v < VERDICT_LAST ? words[v] : "";
}

enum verdict
verdict_parse(const char *word)
{
	int v = 0;

	while (v < VERDICT_LAST && strcmp(words[v], word) != 0)
		v++;
	return (enum verdict)v;
}
