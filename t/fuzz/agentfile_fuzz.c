/*
 * agentfile_fuzz - an agent's file: one that is accepted gives command lines of the same words
 * whatever the values are; for any other, the message names the line
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/rules.h"
#include "agent/stream_rules.h"
#include "events/events.h"

enum { MOST = 8192, NOW = 1795222000 };

static const char hostile[] = "a b' \"{model} $(x) ;\n-x *?[";

static const char *
env(void *ctx, const char *name)
{
	HOLDS(*name && strlen(name) <= 64);
	return ctx;
}

static size_t
words(const struct agent *a, const char *key, const char *value)
{
	struct template_vars v = { .model = value, .session = value, .session_file = value,
		.dir = value, .project = value, .prompt = value, .env = env,
		.ctx = (void *)(size_t)value };
	char **argv = agent_argv(a, key, &v);
	size_t n = 0;

	for (; argv && argv[n]; n++)
		HOLDS(strlen(argv[n]) < 100 * (size_t)MOST);
	free(argv);
	return n;
}

static void
use(const struct agent *a)
{
	static const char *const keys[] = { "start", "resume", "interactive",
		"interactive_resume" };
	const char *e;
	char path[512];

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		HOLDS(words(a, keys[i], hostile) == words(a, keys[i], "x"));
		HOLDS(words(a, keys[i], NULL) <= words(a, keys[i], "x"));
	}
	for (size_t i = 0; (e = agent_env(a, i)); i++)
		HOLDS(strchr(e, '=') && *e != '=');
	HOLDS(agent_model(a, "opus") && stream_rules_of(a)->nrules <= RULES_MAX);
	agent_session_file(a, &(struct template_vars){ .session = "/nonexistent/x" }, path,
		sizeof path);
}

/* What follows the line "---" is an event stream for the rules before it. */
static void
listen(const struct agent *a, const char *s, size_t n)
{
	struct text shown = { 0 };
	struct events *e = events_new(a, text_out, &shown);

	HOLDS(e != NULL);
	events_feed(e, s, n, NOW);
	events_stderr(e, s, strcspn(s, "\n"), NOW);
	events_eof(e, NOW);
	HOLDS(fuzz_clean(shown.s, shown.n, "\n\t"));
	events_free(e);
	free(shown.s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *s, *stream, why[WHY] = "";
	struct agent *a;
	size_t len;

	if (n > MOST || fuzz_costly(data, n))
		return 0;
	setenv("TZ", "UTC0", 1);
	s = fuzz_string(data, n);
	stream = strstr(s, "\n---\n");
	len = stream ? (size_t)(stream - s) : n;
	a = stream_rules_parse("x", s, len, why);
	if (a) {
		use(a);
		if (stream)
			listen(a, stream + 5, strlen(stream + 5));
	} else {
		HOLDS(!strncmp(why, "x:", 2) && !strchr(why, '\n'));
	}
	agent_free(a);
	free(s);
	return 0;
}
