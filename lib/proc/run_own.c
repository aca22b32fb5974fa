/* run_own - runs another program of this installation to its end */
#include "proc/run_own.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

/* Its process; -1 with the exit code that says why not, and errno. */
static pid_t
start(const char *name, const char *const *words, int in, int err, enum spawn_group group, int *code)
{
	char rel[64], path[PATH_MAX];
	char *argv[RUN_OWN_WORDS + 2] = { path };
	struct spawn s = { .argv = argv, .fd = { in, -1, err }, .group = group };

	for (int i = 1; i <= RUN_OWN_WORDS && *words; i++)
		argv[i] = (char *)*words++;
	snprintf(rel, sizeof rel, "bin/%s", name);
	*code = EX_NOTFOUND;
	if (which_own(rel, path, sizeof path))
		return -1;
	*code = EX_SYSTEM;
	return spawn_start(&s, NULL);
}

/* Its exit code, at the latest after ms. */
static int
finish(pid_t pid, enum spawn_group group, long ms)
{
	int wstatus, late = spawn_wait_for(pid, &wstatus, ms);

	if (late < 0)
		return EX_SYSTEM;
	if (!late)
		return spawn_code(wstatus);
	kill(group == SPAWN_SAME ? pid : -pid, SIGKILL);
	spawn_wait(pid, NULL);
	return EX_TIMEOUT;
}

int
run_own_for(const char *name, const char *const *words, int in, enum spawn_group group, long ms)
{
	int code;
	pid_t pid = start(name, words, in, 2, group, &code);

	return pid < 0 ? code : finish(pid, group, ms);
}

int
run_own(const char *name, const char *const *words, int in, enum spawn_group group)
{
	return run_own_for(name, words, in, group, -1);
}

/* Takes bytes into the line; a line that ends is the last one until another begins. */
static void
take(char said[WHY], size_t *n, const char *s, size_t size)
{
	for (; size; size--, s++) {
		if (*s == '\n') {
			*n = 0;
		} else if (*n < WHY - 1) {
			said[(*n)++] = (unsigned char)*s < ' ' || *s == 0x7f ? ' ' : *s;
			said[*n] = '\0';
		}
	}
}

/* Until it says no more, or until then (clock_ms). */
static void
listen_to(int fd, long long end, int aloud, char said[WHY])
{
	struct pollfd f = { .fd = fd, .events = POLLIN };
	char buf[1024];
	size_t n = 0;
	ssize_t r = 1;

	while (r > 0 && clock_ms() < end) {
		long long left = end - clock_ms();

		if (poll(&f, 1, left < INT_MAX ? (int)left : INT_MAX) <= 0)
			continue;
		if ((r = read(fd, buf, sizeof buf)) <= 0)
			break;
		take(said, &n, buf, (size_t)r);
		/* A log that cannot be written must not keep the program from being run. */
		if (aloud && write(2, buf, (size_t)r) < 0)
			aloud = 0;
	}
}

/* "rca-x: what" becomes "what". */
static void
without_name(const char *name, char said[WHY])
{
	size_t n = strlen(name);

	if (!strncmp(said, name, n) && !strncmp(said + n, ": ", 2))
		memmove(said, said + n + 2, strlen(said + n + 2) + 1);
}

int
run_own_hear(const char *name, const char *const *words, enum spawn_group group, long ms, int aloud, char said[WHY])
{
	long long end = clock_ms() + ms;
	int p[2], code;
	pid_t pid;

	*said = '\0';
	if (pipe(p)) {
		err_why(said, "start %s: pipe:", name);
		return EX_SYSTEM;
	}
	pid = start(name, words, -1, p[1], group, &code);
	if (pid < 0 && code == EX_NOTFOUND)
		err_why(said, "%s: not beside %s: build or install it", name, prog);
	else if (pid < 0)
		err_why(said, "start %s:", name);
	close(p[1]);
	if (pid > 0)
		listen_to(p[0], end, aloud, said);
	close(p[0]);
	if (pid < 0)
		return code;
	without_name(name, said);
	ms = (long)(end - clock_ms());
	code = finish(pid, group, ms > 0 ? ms : 0);
	if (code == EX_TIMEOUT && !*said)
		err_why(said, "%s: did not end in time", name);
	return code;
}
