/* envfile - DIR/env: the environment of whoever launched the task */
#include "envfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "atomic.h"

enum { ENV_MAX = 4 * 1024 * 1024, ENV_WORDS = 16384 };

extern char **environ;

/* What an agent tells its children about itself would make another agent refuse to start, or change its ways. */
static int
stripped(const char *entry)
{
	static const char *const names[] = { "CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SSE_PORT", "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_CHILD_SESSION",
		"CLAUDE_CODE_EXECPATH", "CLAUDE_CODE_EXECUTION_MODE", "CLAUDE_CODE_REMOTE", "CLAUDE_CODE_TASK_ID", "CLAUDE_CODE_AGENT_ID", "CLAUDE_CODE_PARENT_SESSION_ID",
		"CLAUDE_PROJECT_DIR", "STY", "WINDOW", "OPENCLAW_SHELL", "RCA_TASK", "TASK_TMPDIR", "PWD", "OLDPWD", "SHLVL", "_",
		"LINES", "COLUMNS", "TERMCAP", "WINDOWID" };
	size_t n = strcspn(entry, "=");

	if (!entry[n] || !n || !strncmp(entry, "TMUX", 4) || !strncmp(entry, "CLAUDECODE", 10))
		return 1;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == n && !strncmp(entry, names[i], n))
			return 1;
	return 0;
}

int
envfile_save(int dir, char **envp)
{
	int fd = atomic_open(dir, "env", 0600);

	if (fd < 0)
		return -1;
	for (; *envp; envp++)
		if (!stripped(*envp) && atomic_write_all(fd, *envp, strlen(*envp) + 1)) {
			atomic_abort(dir, "env", fd);
			return -1;
		}
	return atomic_commit(dir, "env", fd, ATOMIC_DATA);
}

static int
same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return !strncmp(a, b, n) && b[n] == '=';
}

static int
has(char *const *envp, int n, const char *entry)
{
	for (int i = 0; i < n; i++)
		if (same_name(entry, envp[i]))
			return 1;
	return 0;
}

/* dir/env as text, or our own environment in the same form; its length, -1 with errno. */
static ssize_t
text(int dir, char *buf)
{
	ssize_t n = dir < 0 ? 0 : atomic_read(dir, "env", buf, ENV_MAX);
	size_t used = 0;

	if (dir >= 0 && (n >= 0 || errno != ENOENT))
		return n;
	for (char **e = environ; *e; e++) {
		size_t len = strlen(*e) + 1;

		if (stripped(*e))
			continue;
		if (len > ENV_MAX - used) {
			errno = E2BIG;
			return -1;
		}
		memcpy(buf + used, *e, len);
		used += len;
	}
	return (ssize_t)used;
}

char **
envfile_load(int dir, const char *const *extra, const char *const *defaults)
{
	char *buf = malloc(ENV_MAX), **envp = NULL;
	size_t vector = ENV_WORDS * sizeof *envp;
	ssize_t len = buf ? text(dir, buf) : -1;
	int n = 0, fixed;

	if (len < 0 || !(envp = malloc(vector + (size_t)len + 1)))
		goto out;
	memcpy((char *)envp + vector, buf, (size_t)len);
	((char *)envp)[vector + (size_t)len] = 0;
	for (; *extra; extra++)
		envp[n++] = (char *)*extra;
	fixed = n;
	for (char *p = (char *)envp + vector, *end = p + len; p < end && n < ENV_WORDS - 64; p += strlen(p) + 1)
		if (strchr(p, '=') && !has(envp, fixed, p))
			envp[n++] = p;
	for (; *defaults && n < ENV_WORDS - 1; defaults++)
		if (!has(envp, n, *defaults))
			envp[n++] = (char *)*defaults;
	envp[n] = NULL;
out:
	free(buf);
	return envp;
}

const char *
envfile_get(char *const *envp, const char *name)
{
	size_t n = strlen(name);

	for (; *envp; envp++)
		if (!strncmp(*envp, name, n) && (*envp)[n] == '=')
			return *envp + n + 1;
	return NULL;
}
