/*
 * template - the command lines and paths with {placeholders} of an agent's file
 *
 * Words are split at blanks; '...' is taken literally, "..." with its placeholders. No shell.
 */
#include "agent/template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where the expansion goes; buf NULL: it is only measured. */
struct out {
	char *buf;
	size_t len, size;
	int escape, empty; /* empty: a placeholder of this word had no value */
	char **argv;
	size_t argc;
};

static void
put(struct out *o, const char *s, size_t n)
{
	if (o->buf && o->len + n <= o->size)
		memcpy(o->buf + o->len, s, n);
	o->len += n;
}

static void
put_value(struct out *o, const char *s)
{
	if (!s || !*s) {
		o->empty = 1;
		return;
	}
	for (size_t n; *s; s += n) {
		n = o->escape ? strcspn(s, "*?[\\") : strlen(s);
		put(o, s, n);
		if (o->escape && s[n]) {
			put(o, "\\", 1);
			put(o, s + n, 1);
			n++;
		}
	}
}

static int
is_variable(const char *s, size_t n)
{
	if (n == 0 || n > 64 || (*s >= '0' && *s <= '9'))
		return 0;
	while (n > 0 && (*s == '_' || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9')))
		s++, n--;
	return n == 0;
}

static const char *
member(const struct template_vars *v, const char *s, size_t n, int *known)
{
	const struct { const char *name, *value; } table[] = {
		{"model", v->model}, {"session", v->session}, {"session_file", v->session_file},
		{"dir", v->dir}, {"project", v->project}, {"prompt", v->prompt},
		{"settings", v->settings}
	};
	char name[65];

	*known = 1;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strlen(table[i].name) == n && memcmp(table[i].name, s, n) == 0)
			return table[i].value;
	*known = is_variable(s, n);
	if (!*known || !v->env)
		return NULL;
	memcpy(name, s, n);
	name[n] = '\0';
	return v->env(v->ctx, name);
}

/* Puts the value of {NAME} at s. Returns what follows it, NULL if it is not a placeholder. */
static const char *
placeholder(struct out *o, const char *s, const struct template_vars *v)
{
	const char *end = strchr(s, '}'), *value;
	int known;

	if (!end)
		return NULL;
	value = member(v, s + 1, (size_t)(end - s - 1), &known);
	if (!known)
		return NULL;
	put_value(o, value);
	return end + 1;
}

/* Expands one word at s; returns what follows it, NULL if it is wrong. */
static const char *
word(struct out *o, const char *s, const struct template_vars *v)
{
	char quote = 0;

	for (o->empty = 0; *s && (quote || (*s != ' ' && *s != '\t'));) {
		if (*s == quote || (!quote && (*s == '\'' || *s == '"'))) {
			quote = quote ? 0 : *s;
			s++;
		} else if (*s == '{' && quote != '\'') {
			s = placeholder(o, s, v);
			if (!s)
				return NULL;
		} else {
			put(o, s++, 1);
		}
	}
	return quote ? NULL : s;
}

static const char *
blanks(const char *s)
{
	return s + strspn(s, " \t");
}

static int
is_option(const char *s)
{
	return s[0] == '-' && s[1] != '\0' && strcmp(s, "--") != 0;
}

/*
 * Drops the word at start, and an option word before it, which belongs to it; unless the word is an
 * option itself (--model={model}).
 */
static void
drop(struct out *o, size_t start, char first)
{
	o->len = start;
	if (!o->buf || first == '-' || o->argc == 0 || !is_option(o->argv[o->argc - 1]))
		return;
	o->argc--;
	o->len = (size_t)(o->argv[o->argc] - o->buf);
}

static int
words(struct out *o, const char *t, const struct template_vars *v)
{
	for (t = blanks(t); *t; t = blanks(t)) {
		size_t start = o->len;
		char first = *t;

		t = word(o, t, v);
		if (!t)
			return -1;
		put(o, "", 1);
		if (o->empty && o->buf) {
			drop(o, start, first);
			continue;
		}
		if (o->buf)
			o->argv[o->argc] = o->buf + start;
		o->argc++;
	}
	return 0;
}

char **
template_argv(const char *t, const struct template_vars *v)
{
	struct out measure = {.buf = NULL}, o = {.buf = NULL};
	char **argv;

	if (words(&measure, t, v) < 0) {
		errno = EINVAL;
		return NULL;
	}
	argv = malloc((measure.argc + 1) * sizeof *argv + measure.len);
	if (!argv)
		return NULL;
	o.argv = argv;
	o.buf = (char *)(argv + measure.argc + 1);
	o.size = measure.len;
	words(&o, t, v);
	argv[o.argc] = NULL;
	if (o.argc == 0) {
		free(argv);
		errno = EINVAL;
		return NULL;
	}
	return argv;
}

int
template_path(const char *t, const struct template_vars *v, int escape, char *buf, size_t size)
{
	struct out o = {.buf = buf, .size = size, .escape = escape};

	t = word(&o, t, v);
	if (!t || *blanks(t)) {
		errno = EINVAL;
		return -1;
	}
	put(&o, "", 1);
	if (o.empty)
		errno = ENOENT;
	else if (o.len > size)
		errno = ENAMETOOLONG;
	else
		return 0;
	return -1;
}

int
template_check(const char *t, char why[WHY])
{
	static const struct template_vars none;
	struct out o = {.buf = NULL};
	const char *s;

	for (s = blanks(t); *s; s = blanks(s)) {
		const char *at = s;

		s = word(&o, s, &none);
		if (!s)
			return err_why(why, "'%.80s': unclosed quote, or unknown placeholder", at);
	}
	if (*blanks(t) == '\0')
		return err_why(why, "no word in it");
	return 0;
}

int
template_names(const char *t, const char *name)
{
	size_t n = strlen(name);

	for (t = strchr(t, '{'); t; t = strchr(t + 1, '{'))
		if (strncmp(t + 1, name, n) == 0 && t[n + 1] == '}')
			return 1;
	return 0;
}
