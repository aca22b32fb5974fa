/* agent - what an agent's file says; a look-up walks over its lines, of which there are few */
#include "agent/agent.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


void
agent_free(struct agent *a)
{
	if (!a)
		return;
	if (a->stream)
		a->free_stream(a->stream);
	free(a->lines);
	free(a->text);
	free(a);
}

const struct agent_line *
agent_find(const struct agent *a, const char *key, const struct agent_line *after)
{
	size_t n = strlen(key);

	for (int i = after ? (int)(after - a->lines) + 1 : 0; i < a->nlines; i++)
		if (a->lines[i].len == n && memcmp(a->lines[i].key, key, n) == 0)
			return &a->lines[i];
	return NULL;
}

int
agent_key_begins(const struct agent_line *l, const char *prefix)
{
	size_t n = strlen(prefix);

	return l->len > n && memcmp(l->key, prefix, n) == 0;
}

const char *
agent_get(const struct agent *a, const char *key)
{
	const struct agent_line *l = agent_find(a, key, NULL);

	return l ? l->value : NULL;
}

static int
second_letter(const struct agent *a, const char *key)
{
	const char *s = agent_get(a, key);

	return s ? s[1] : 0;
}

enum agent_prompt
agent_prompt(const struct agent *a)
{
	int c = second_letter(a, "prompt"); /* stdin, arg, none */

	return c == 'r' ? PROMPT_ARG : c == 'o' ? PROMPT_NONE : PROMPT_STDIN;
}

enum agent_session
agent_session(const struct agent *a)
{
	int c = second_letter(a, "session"); /* pin, capture, none */

	return c == 'i' ? SESSION_PIN : c == 'a' ? SESSION_CAPTURE : SESSION_NONE;
}

enum agent_read
agent_read(const struct agent *a)
{
	return second_letter(a, "read") == 't' ? READ_PTY : READ_PIPE; /* pipe, pty */
}

const char *
agent_model(const struct agent *a, const char *model)
{
	for (int n = 0; n < a->nlines; n++) {
		const struct agent_line *l = &a->lines[n];

		if (agent_key_begins(l, "alias.") && strlen(model) == l->len - 6 &&
			memcmp(l->key + 6, model, l->len - 6) == 0)
			return l->value;
	}
	return model;
}

const char *
agent_env(const struct agent *a, size_t i)
{
	for (int n = 0; n < a->nlines; n++) {
		const struct agent_line *l = &a->lines[n];
		int root = agent_key_begins(l, "env.root.");

		if (!agent_key_begins(l, "env.") || (root && geteuid() != 0))
			continue;
		if (i-- == 0)
			return l->key + (root ? 9 : 4);
	}
	return NULL;
}

char **
agent_argv(const struct agent *a, const char *key, const struct template_vars *v)
{
	const char *t = agent_get(a, key);

	if (!t) {
		errno = EINVAL;
		return NULL;
	}
	return template_argv(t, v);
}

static int
find_file(const char *pattern, char *buf, size_t size)
{
	int found = 0;
	glob_t g;

	if (glob(pattern, 0, NULL, &g) == 0) {
		size_t n = g.gl_pathc > 0 ? strlen(g.gl_pathv[0]) + 1 : size + 1;

		if (n <= size) {
			memcpy(buf, g.gl_pathv[0], n);
			found = 1;
		}
		globfree(&g);
	}
	return found;
}

int
agent_session_file(const struct agent *a, const struct template_vars *v, char *buf, size_t size)
{
	char pattern[PATH_MAX];
	const struct agent_line *l = NULL;

	while ((l = agent_find(a, "session_file", l))) {
		if (template_path(l->value, v, 1, pattern, sizeof pattern) < 0)
			continue;
		if (find_file(pattern, buf, size))
			return 1;
		if (strpbrk(l->value, "*?[") || template_path(l->value, v, 0, buf, size) < 0)
			buf[0] = '\0';
		return 0;
	}
	return -1;
}
