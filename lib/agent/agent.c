/* agent - what an agent's file says; a look-up is a walk over its lines, of which there are few */
#include "agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/parse.h"
#include "agent/template.h"
#include "base/xdg.h"
#include "proc/spawn.h"

enum { FILE_MAX = 256 * 1024, AGENT_PATH = 4096 };

/* Where the n-th place to look for name is. 1; 0 past the last, or if there is nothing; -1 with why. */
static int
place(int n, const char *name, char *buf, size_t size, char why[WHY])
{
	char rel[128];

	snprintf(rel, sizeof rel, "%s/%.80s", n ? "lib/plugins/agents" : "agents", name);
	return n ? !which_own(rel, buf, size) : xdg_config_file(rel, buf, size, why);
}

static ssize_t
read_all(int fd, char *buf, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t r = read(fd, buf + n, size - n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		if (r == 0)
			break;
		n += (size_t)r;
	}
	return (ssize_t)n;
}

static struct agent *
load_from(const char *path, int fd, struct agent *(*parse)(const char *, const char *, size_t, char *), char why[WHY])
{
	struct agent *a = NULL;
	struct stat st;
	char *text;
	ssize_t n;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX) {
		err_why(why, "%.300s: no file that an agent could be in", path);
		return NULL;
	}
	text = malloc((size_t)st.st_size + 1);
	n = text ? read_all(fd, text, (size_t)st.st_size) : -1;
	if (n < 0)
		err_why(why, "read %.300s:", path);
	else
		a = parse(path, text, (size_t)n, why);
	free(text);
	return a;
}

static int
is_agent_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	return n > 0 && n <= 64 && s[n] == '\0' && *s != '.' && *s != '-';
}

struct agent *
agent_read_file(const char *name, struct agent *(*parse)(const char *, const char *, size_t, char *), char why[WHY])
{
	char path[AGENT_PATH];
	struct agent *a;
	int fd, r;

	if (!is_agent_name(name)) {
		err_why(why, "agent '%.80s': no name for an agent", name);
		return NULL;
	}
	for (int i = 0; i < 2; i++) {
		if ((r = place(i, name, path, sizeof path, why)) < 0)
			return NULL;
		if (!r)
			continue;
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
			continue;
		if (fd < 0) {
			err_why(why, "open %.300s:", path);
			return NULL;
		}
		a = load_from(path, fd, parse, why);
		close(fd);
		return a;
	}
	err_why(why, "agent %s: no such agent", name);
	return NULL;
}

struct agent *
agent_load_words(const char *name, char why[WHY])
{
	return agent_read_file(name, parse_words, why);
}

const char *
agent_get(const struct agent *a, const char *key)
{
	const struct line *l = parse_find(a, key, NULL);

	return l ? l->value : NULL;
}

static int
first_letter(const struct agent *a, const char *key)
{
	const char *s = agent_get(a, key);

	return s ? s[1] : 0;
}

enum agent_prompt
agent_prompt(const struct agent *a)
{
	int c = first_letter(a, "prompt"); /* stdin, arg, none */

	return c == 'r' ? PROMPT_ARG : c == 'o' ? PROMPT_NONE : PROMPT_STDIN;
}

enum agent_session
agent_session(const struct agent *a)
{
	int c = first_letter(a, "session"); /* pin, capture, none */

	return c == 'i' ? SESSION_PIN : c == 'a' ? SESSION_CAPTURE : SESSION_NONE;
}

enum agent_read
agent_read(const struct agent *a)
{
	return first_letter(a, "read") == 't' ? READ_PTY : READ_PIPE;
}

const char *
agent_model(const struct agent *a, const char *model)
{
	size_t n = strlen(model);

	for (int i = 0; i < a->nlines; i++) {
		const struct line *l = &a->lines[i];

		if (parse_prefix(l->key, l->len, "alias.") && l->len == n + 6 && memcmp(l->key + 6, model, n) == 0)
			return l->value;
	}
	return model;
}

const char *
agent_env(const struct agent *a, size_t i)
{
	for (int k = 0; k < a->nlines; k++) {
		const struct line *l = &a->lines[k];
		int root = parse_prefix(l->key, l->len, "env.root.");

		if (!parse_prefix(l->key, l->len, "env.") || (root && geteuid() != 0))
			continue;
		if (i-- == 0)
			return l->key + (root ? 9 : 4);
	}
	return NULL;
}

char **
agent_argv_of(const struct agent *a, const char *key, const struct agent_vars *v)
{
	const char *t = agent_get(a, key);

	if (!t) {
		errno = EINVAL;
		return NULL;
	}
	return template_argv(t, v);
}

char **
agent_argv(const struct agent *a, int resume, const struct agent_vars *v)
{
	return agent_argv_of(a, resume ? "resume" : "start", v);
}

static int
found(const char *pattern, char *buf, size_t size)
{
	glob_t g;
	int yes = 0;

	if (glob(pattern, 0, NULL, &g) == 0) {
		size_t n = g.gl_pathc > 0 ? strlen(g.gl_pathv[0]) + 1 : size + 1;

		if (n <= size) {
			memcpy(buf, g.gl_pathv[0], n);
			yes = 1;
		}
		globfree(&g);
	}
	return yes;
}

int
agent_session_file(const struct agent *a, const struct agent_vars *v, char *buf, size_t size)
{
	char pattern[AGENT_PATH];

	for (const struct line *l = parse_find(a, "session_file", NULL); l; l = parse_find(a, "session_file", l)) {
		if (template_path(l->value, v, 1, pattern, sizeof pattern) < 0)
			continue;
		if (found(pattern, buf, size))
			return 1;
		if (strpbrk(l->value, "*?[") || template_path(l->value, v, 0, buf, size) < 0)
			buf[0] = '\0';
		return 0;
	}
	return -1;
}
