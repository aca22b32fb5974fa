/* alive - what an engine says of a task's process */
#include "engine/alive.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "engine/engine.h"
#include "text/strip.h"

static const char *const words[] = {
	[ALIVE_UNKNOWN] = "unknown", [ALIVE_RUNNING] = "running", [ALIVE_QUEUED] = "queued",
	[ALIVE_DEAD] = "dead", [ALIVE_CLOSED] = "closed", [ALIVE_GONE] = "gone"
};

/* Before it had words, `alive` said only this; 1 stood for closed if the asker lived within. */
static enum alive
by_code(int code, int within)
{
	switch (code) {
	case 0: return ALIVE_RUNNING;
	case 1: return within ? ALIVE_CLOSED : ALIVE_DEAD;
	case 2: return ALIVE_GONE;
	case 4: return ALIVE_QUEUED;
	default: return ALIVE_UNKNOWN;
	}
}

enum alive
alive_ask(const char *engine, const char *taskdir, const char *within, long ms,
	char reason[ALIVE_REASON])
{
	char *args[] = { *within ? (char *)within : NULL, NULL }, why[WHY], said[256] = "";
	int code = engine_call(engine, "alive", taskdir, args, said, sizeof said, ms, why);
	size_t n = strcspn(said, " \n");

	if (reason)
		*reason = '\0';
	if (reason && code)
		oneline(reason, ALIVE_REASON, why, strlen(why));
	if (code < 0)
		return ALIVE_UNKNOWN;
	if (reason && said[n] == ' ')
		oneline(reason, ALIVE_REASON, said + n + 1, strlen(said + n + 1));
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (n == strlen(words[i]) && !strncmp(said, words[i], n))
			return (enum alive)i;
	return by_code(code, *within != 0);
}

int
alive_over(enum alive a)
{
	return a == ALIVE_DEAD || a == ALIVE_CLOSED || a == ALIVE_GONE;
}
