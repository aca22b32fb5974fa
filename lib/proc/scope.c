/* scope - out of the control group that ends with our caller, through systemd-run */
#include "proc/scope.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/spawn.h"

#define OUTSIDE "RCA_SCOPED" /* in the environment of what was started so: it is outside already */

enum { TRY_MS = 10000 };

static const char *const words[] = { "systemd-run", "--user", "--scope", "--collect", "--quiet", "--", "env", OUTSIDE "=1" };

enum { WORDS = sizeof words / sizeof *words };

_Static_assert((int)WORDS <= (int)SCOPE_WORDS, "room for all words");

/* Runs it to its end; what it prints goes into buf, as far as it fits. Its exit code; -1: it could not be started, or took too long. */
static int
hear(const char *const argv[], char *buf, size_t size)
{
	struct spawn s = { .argv = (char *const *)argv, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION };
	long long end = clock_ms() + TRY_MS;
	struct pollfd f = { .events = POLLIN };
	int p[2], wstatus, late = 0;
	size_t got = 0;
	ssize_t n = 1;
	pid_t pid;

	if (pipe(p))
		return -1;
	s.fd[1] = p[1];
	pid = spawn_start(&s, NULL);
	close(p[1]);
	f.fd = p[0];
	while (pid > 0 && n > 0 && !late) {
		long long left = end - clock_ms();
		char waste[256];

		late = left <= 0;
		if (poll(&f, 1, late ? 0 : (int)left) > 0 && (n = got < size - 1 ? read(p[0], buf + got, size - 1 - got) : read(p[0], waste, sizeof waste)) > 0)
			got += got < size - 1 ? (size_t)n : 0;
	}
	close(p[0]);
	buf[got] = '\0';
	if (late)
		kill(-pid, SIGKILL);
	return pid < 0 || spawn_wait(pid, &wstatus) || late ? -1 : spawn_code(wstatus);
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
	static const char *const ask[] = { "loginctl", "show-session", "--property=KillUserProcesses", NULL };
	char says[64];

	if (set(OUTSIDE))
		return 0;
	if (set("INVOCATION_ID"))
		return 1;
	/* Without a session it tells of logind itself. */
	return set("XDG_SESSION_ID") && !hear(ask, says, sizeof says) && !strncmp(says, "KillUserProcesses=yes", 21);
}

int
scope_leave(char *argv[], size_t n)
{
	const char *try[WORDS + 2] = { NULL };
	char waste[8];

	if (!scope_wanted())
		return 0;
	memcpy(try, words, sizeof words);
	try[WORDS] = "true";
	if (hear(try, waste, sizeof waste))
		return -1;
	memmove(argv + WORDS, argv, (n + 1) * sizeof *argv);
	memcpy(argv, words, sizeof words);
	return 1;
}
