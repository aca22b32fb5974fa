/* about - what an engine can do */
#include "engine/about.h"

#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "engine/engine.h"

enum { ANSWER = 256, ENGINE_MS = 5000 };

/* 1 if the answer has the word "key=yes"; deflt if it does not have the key. */
static int
yes(const char *answer, const char *key, int deflt)
{
	size_t n = strlen(key);

	for (const char *p = answer; *p; p += strcspn(p, " \n"), p += strspn(p, " \n"))
		if (!strncmp(p, key, n) && p[n] == '=')
			return !strncmp(p + n + 1, "yes", 3);
	return deflt;
}

struct about
about_engine(const char *name, const char *taskdir)
{
	struct about a = { .terminal = 1 };
	char answer[ANSWER] = "", why[WHY];

	if (!strcmp(name, "tmux"))
		return a;
	if (!strcmp(name, "none"))
		return (struct about){ 0 };
	if (engine_call(name, "about", taskdir, NULL, answer, sizeof answer, ENGINE_MS, why))
		return a;
	a.terminal = yes(answer, "terminal", 1);
	a.remote = yes(answer, "remote", 0);
	a.queue = yes(answer, "queue", 0);
	a.tells = !a.terminal || a.remote || a.queue;
	return a;
}
