/* engine - calls lib/plugins/engines/NAME */
#include "engine/engine.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "proc/plugin.h"
#include "proc/run.h"
#include "proc/safe_env.h"
#include "proc/scope.h"

enum { ARGS = 32, SEND_MS = 20000 };

int
engine_find(const char *name, char *buf, size_t size, char why[WHY])
{
	return plugin_find("engine", name, buf, size, why);
}

static int
call(struct run *r, const char *name, const char *verb, const char *taskdir, char *const *args,
	char why[WHY])
{
	char path[PATH_MAX], *env[SAFE_ENV_WORDS + 1];
	char *argv[ARGS] = { path, (char *)verb, (char *)taskdir };
	int n = safe_env_fill(env, NULL), code;

	*why = '\0';
	if (!strcmp(verb, "start") && scope_wanted()) {
		env[n] = (char *)"RCA_SCOPE=yes";
		env[n + 1] = NULL;
	}
	if (engine_find(name, path, sizeof path, why))
		return -1;
	for (int i = 3; args && *args && i < ARGS - 1; i++)
		argv[i] = *args++;
	r->spawn = (struct spawn){
		.argv = argv, .env = env, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION
	};
	r->err = why;
	r->err_size = WHY;
	code = run_program(r);
	if (code < 0 && errno == ETIMEDOUT)
		return err_why(why, "engine %s: %s did not end in %ld ms", name, verb, r->ms);
	if (code < 0)
		return err_why(why, "engine %s: start %s:", name, path);
	run_tidy(why);
	return code;
}

int
engine_call(const char *name, const char *verb, const char *taskdir, char *const *args,
	char *out, size_t size, long wait_ms, char why[WHY])
{
	struct run r = { .out = out, .out_size = size, .ms = wait_ms };

	return call(&r, name, verb, taskdir, args, why);
}

int
engine_send(const char *name, const char *taskdir, const char *text, size_t n, char why[WHY])
{
	struct run r = { .input = text, .input_size = n, .ms = SEND_MS };
	char *args[] = { (char *)"-l", NULL };

	return call(&r, name, "send", taskdir, args, why);
}
