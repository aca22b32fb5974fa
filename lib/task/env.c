/* env - DIR/env: the launcher's environment, which the agent is given */
#include "task/env.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file/file.h"
#include "proc/inherit.h"

#define UMASK "umask "

enum { ENV_MAX = 4 * 1024 * 1024 };

extern char **environ;

/* What an agent tells its children would make another agent refuse to start, or act differently. */
static int
stripped(const char *entry)
{
	static const char names[][30] = {
		"CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SSE_PORT",
		"CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_CHILD_SESSION", "CLAUDE_CODE_EXECPATH",
		"CLAUDE_CODE_EXECUTION_MODE", "CLAUDE_CODE_REMOTE", "CLAUDE_CODE_TASK_ID",
		"CLAUDE_CODE_AGENT_ID", "CLAUDE_CODE_PARENT_SESSION_ID", "CLAUDE_PROJECT_DIR",
		"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", /* set for its hooks */
		"STY", "WINDOW", "OPENCLAW_SHELL", "RCA_SCOPED", "RCA_TASK", "TASK_TMPDIR", "PWD",
		"OLDPWD", "SHLVL", "_", "LINES", "COLUMNS", "TERMCAP", "WINDOWID"
	};
	size_t n = strcspn(entry, "=");

	if (!entry[n] || !n || (!strncmp(entry, "TMUX", 4) && strncmp(entry, "TMUX_TMPDIR=", 12)) ||
		!strncmp(entry, "CLAUDECODE", 10) || !strncmp(entry, "RCA_BOX", 7))
		return 1;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == n && !strncmp(entry, names[i], n))
			return 1;
	return 0;
}

int
env_save(int dir, char **envp)
{
	int fd = file_open(dir, "env", 0600), r;
	char mask[sizeof UMASK + 8];

	if (fd < 0)
		return -1;
	snprintf(mask, sizeof mask, UMASK "%04o", (unsigned)inherit_umask() & 0777);
	r = file_write_all(fd, mask, strlen(mask) + 1);
	for (; !r && *envp; envp++)
		if (!stripped(*envp))
			r = file_write_all(fd, *envp, strlen(*envp) + 1);
	if (!r)
		return file_commit(dir, "env", fd, FILE_FULL);
	file_abort(dir, "env", fd);
	return -1;
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

/* Our own environment in the form of the file, for free(). NULL with errno. */
static char *
own(size_t *len)
{
	size_t size = 1, used = 0;
	char *buf;

	for (char **e = environ; *e; e++)
		size += strlen(*e) + 1;
	if (!(buf = malloc(size)))
		return NULL;
	for (char **e = environ; *e; e++)
		if (!stripped(*e)) {
			size_t n = strlen(*e) + 1;

			memcpy(buf + used, *e, n);
			used += n;
		}
	*len = used;
	return buf;
}

static size_t
count(const char *const *v)
{
	size_t n = 0;

	while (v[n])
		n++;
	return n;
}

/* A vector for the entries of buf and `more` others, with a copy of buf behind it. */
static char **
vector(const char *buf, size_t len, size_t more, char **text)
{
	size_t words = more + 2;
	char **envp;

	for (size_t i = 0; i < len; i++)
		words += !buf[i];
	if (!(envp = malloc(words * sizeof *envp + len + 1)))
		return NULL;
	*text = (char *)(envp + words);
	memcpy(*text, buf, len);
	(*text)[len] = 0;
	return envp;
}

char **
env_load(int dir, const char *const *extra, const char *const *defaults)
{
	size_t len;
	char *buf = dir < 0 ? NULL : file_load(dir, "env", ENV_MAX, &len), *text, **envp = NULL;
	int n = 0, fixed;

	if (!buf && (dir < 0 || errno == ENOENT))
		buf = own(&len);
	if (buf && (envp = vector(buf, len, count(extra) + count(defaults), &text))) {
		for (; *extra; extra++)
			envp[n++] = (char *)*extra;
		fixed = n;
		for (char *p = text; p < text + len; p += strlen(p) + 1)
			if (strchr(p, '=') && !has(envp, fixed, p))
				envp[n++] = p;
		for (; *defaults; defaults++)
			if (!has(envp, n, *defaults))
				envp[n++] = (char *)*defaults;
		envp[n] = NULL;
	}
	free(buf);
	return envp;
}

mode_t
env_umask(int dir)
{
	size_t len;
	char *buf = file_load(dir, "env", ENV_MAX, &len), *end;
	mode_t mask = inherit_umask();

	if (buf && len && !strncmp(buf, UMASK, sizeof UMASK - 1)) {
		unsigned long n = strtoul(buf + sizeof UMASK - 1, &end, 8);

		if (!*end && n <= 0777)
			mask = (mode_t)n;
	}
	free(buf);
	return mask;
}

const char *
env_get(char *const *envp, const char *name)
{
	size_t n = strlen(name);

	for (; *envp; envp++)
		if (!strncmp(*envp, name, n) && (*envp)[n] == '=')
			return *envp + n + 1;
	return NULL;
}
