/* scope - starts a program outside the control group that ends with our caller, by systemd-run */
#include "proc/scope.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc/run.h"

#define OUTSIDE "RCA_SCOPED" /* set for a program that was started so: it is outside already */

enum { TRY_MS = 10000 };

static const char *const words[] = {
	"systemd-run", NULL, "--scope", "--collect", "--quiet", "--", "env", OUTSIDE "=1"
};

/* Root may have no manager of its own, and the system's ends last. */
static const char *
manager(void)
{
	return geteuid() ? "--user" : "--system";
}

enum { WORDS = sizeof words / sizeof *words };

_Static_assert((int)WORDS <= (int)SCOPE_WORDS, "room for all words");

/* Puts what it prints into buf. Returns its exit code; -1 if it was not started, or was late. */
static int
read_output(const char *const argv[], char *buf, size_t size)
{
	struct run r = {
		.spawn = {
			.argv = (char *const *)argv, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION
		},
		.out = buf, .out_size = size, .ms = TRY_MS
	};

	return run_program(&r);
}

static int
set(const char *name)
{
	const char *val = getenv(name);

	return val && *val;
}

int
scope_wanted(void)
{
	static const char *const ask[] = {
		"loginctl", "show-session", "--property=KillUserProcesses", NULL
	};
	char answer[64];

	if (set(OUTSIDE))
		return 0;
	if (set("INVOCATION_ID"))
		return 1;
	/* Without a session's name, loginctl tells of logind itself. */
	return set("XDG_SESSION_ID") && !read_output(ask, answer, sizeof answer)
		&& !strncmp(answer, "KillUserProcesses=yes", 21);
}

int
scope_leave(char *argv[], size_t n)
{
	const char *try[WORDS + 2] = { NULL };
	char waste[8];

	if (!scope_wanted())
		return 0;
	memcpy(try, words, sizeof words);
	try[1] = manager();
	try[WORDS] = "true";
	if (read_output(try, waste, sizeof waste))
		return -1;
	memmove(argv + WORDS, argv, (n + 1) * sizeof *argv);
	memcpy(argv, try, sizeof words);
	return 1;
}
