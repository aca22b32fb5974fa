/* engine - calls lib/plugins/engines/NAME */
#include "engine/engine.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/plugin.h"
#include "proc/safe_env.h"
#include "proc/scope.h"
#include "proc/spawn.h"

enum { ARGS = 32 };

int
engine_find(const char *name, char *buf, size_t size, char why[WHY])
{
	return plugin_find("engine", name, buf, size, why);
}

struct stream {
	char *buf;
	size_t size, n;
};

/* What does not fit is read and dropped. 0 at the end of the stream. */
static int
take(int fd, struct stream *s)
{
	char waste[4096];
	size_t room = s->size - s->n - 1;
	ssize_t r = room ? read(fd, s->buf + s->n, room) : read(fd, waste, sizeof waste);

	if (r > 0 && room)
		s->n += (size_t)r;
	s->buf[s->n] = 0;
	return r > 0 || (r < 0 && errno == EINTR);
}

/* Reads both streams to their ends. 0, or -1 when time is up. */
static int
listen_to(int out, struct stream *o, int err, struct stream *e, long long end)
{
	struct pollfd f[2] = { { .fd = out, .events = POLLIN }, { .fd = err, .events = POLLIN } };

	while (f[0].fd >= 0 || f[1].fd >= 0) {
		long long left = end - clock_ms();

		if (left <= 0)
			return -1;
		if (poll(f, 2, (int)left) < 0)
			continue;
		if (f[0].revents && !take(out, o))
			f[0].fd = -1;
		if (f[1].revents && !take(err, e))
			f[1].fd = -1;
	}
	return 0;
}

static void
tidy(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && s[n - 1] == '\n')
		s[--n] = 0;
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = ' ';
}

static void
more(char *env[], const char *entry)
{
	while (*env)
		env++;
	env[0] = (char *)entry;
	env[1] = NULL;
}

int
engine_call(const char *name, const char *verb, const char *taskdir, char *const *args, char *out, size_t size, long wait_ms, char why[WHY])
{
	char path[PATH_MAX], waste[8];
	char *argv[ARGS] = { path, (char *)verb, (char *)taskdir };
	struct stream o = { out ? out : waste, out ? size : sizeof waste, 0 }, e = { why, WHY, 0 };
	char *env[SAFE_ENV_WORDS + 1];
	struct spawn s = { .argv = argv, .env = env, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION };
	int po[2], pe[2], wstatus, late;
	pid_t pid;

	*why = 0;
	safe_env_environment(env, NULL);
	if (!strcmp(verb, "start") && scope_wanted())
		more(env, "RCA_SCOPE=yes");
	if (engine_find(name, path, sizeof path, why))
		return -1;
	for (int i = 3; args && *args && i < ARGS - 1; i++)
		argv[i] = *args++;
	if (pipe(po))
		return err_why(why, "pipe:");
	if (pipe(pe)) {
		close(po[0]);
		close(po[1]);
		return err_why(why, "pipe:");
	}
	s.fd[1] = po[1];
	s.fd[2] = pe[1];
	pid = spawn_start(&s, NULL);
	close(po[1]);
	close(pe[1]);
	if (pid < 0) {
		err_why(why, "engine %s: start %s:", name, path);
		close(po[0]);
		close(pe[0]);
		return -1;
	}
	late = listen_to(po[0], &o, pe[0], &e, clock_ms() + wait_ms);
	close(po[0]);
	close(pe[0]);
	if (late)
		kill(-pid, SIGKILL);
	if (spawn_wait(pid, &wstatus) < 0)
		return err_why(why, "wait for engine %s:", name);
	tidy(why);
	if (late)
		return err_why(why, "engine %s: %s did not end in %ld ms", name, verb, wait_ms);
	return spawn_code(wstatus);
}
