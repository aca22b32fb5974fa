/*
 * settings_fuzz - hooks added to a settings file are removed without a trace, adding them twice
 * changes nothing, and from any file to which they can be added they can be removed
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "agent/settings.h"

struct file {
	char *s;
	size_t n;
};

static int
add(const struct file *in, enum settings_kind kind, struct file *out)
{
	char why[WHY] = "";
	int r = settings_add(in->s, in->n, kind, "/our \"own\"/it's/rca-hook", &out->s, &out->n,
		why);

	HOLDS(!r || (*why && !strchr(why, '\n')));
	return r;
}

static int
off(const struct file *in, struct file *out)
{
	char why[WHY] = "";
	int r = settings_remove(in->s, in->n, &out->s, &out->n, why);

	HOLDS(!r || (*why && !strchr(why, '\n')));
	return r;
}

static int
same(const struct file *a, const struct file *b)
{
	return a->n == b->n && !memcmp(a->s, b->s, a->n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	enum settings_kind kind = n && data[0] % 2 ? SETTINGS_CODEX : SETTINGS_CLAUDE;
	struct file in = { fuzz_bytes(data, n), n }, once, twice, back, bare, again;

	if (!add(&in, kind, &once)) {
		HOLDS(!off(&in, &bare) && !add(&once, kind, &twice) && !off(&once, &back) &&
			!off(&back, &again));
		HOLDS(same(&once, &twice) && same(&back, &again));
		HOLDS(!same(&in, &bare) || same(&in, &back)); /* unless ours were there before */
		HOLDS(strstr(once.s, "it's/rca-hook") || strstr(once.s, "it'\\\\''s/rca-hook"));
		free(once.s);
		free(twice.s);
		free(back.s);
		free(bare.s);
		free(again.s);
	} else if (!off(&in, &bare)) {
		free(bare.s); /* an event that is not a list has none of ours */
	}
	free(in.s);
	return 0;
}
