/* screen_fuzz - any pane of any agent gives a kind, a clean line, and an input box from the text */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "engine/input_box.h"
#include "engine/screen.h"

static void
box(const char *s, size_t n, const char *agent)
{
	char large[8192], small[16];
	int there = input_box_read(s, n, agent, large, sizeof large);

	HOLDS(there == 0 || there == 1);
	HOLDS(input_box_read(s, n, agent, small, sizeof small) == there);
	if (!there)
		return;
	HOLDS(memchr(large, 0, sizeof large) && strlen(small) < sizeof small);
	HOLDS(memchr(s, 0, n) || !strncmp(large, small, strlen(small)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const agents[] = { "claude", "codex", "opencode", "pi", "command",
		NULL };
	char *s = fuzz_bytes(data, n);

	for (size_t i = 0; i < sizeof agents / sizeof *agents; i++) {
		struct screen one, two;

		memset(&one, 'x', sizeof one);
		memset(&two, 'y', sizeof two);
		screen_read(s, n, agents[i], &one);
		screen_read(s, n, agents[i], &two);
		HOLDS(one.kind == two.kind && !strcmp(one.what, two.what) &&
			!strcmp(one.line, two.line));
		HOLDS(strlen(screen_word(one.kind)) > 0);
		HOLDS(memchr(one.what, 0, sizeof one.what) &&
			fuzz_clean(one.what, strlen(one.what), ""));
		HOLDS(memchr(one.line, 0, sizeof one.line) &&
			fuzz_clean(one.line, strlen(one.line), ""));
		HOLDS(one.kind != SCREEN_UNKNOWN || (!one.what[0] && !one.line[0]));
		if (agents[i])
			box(s, n, agents[i]);
	}
	free(s);
	return 0;
}
