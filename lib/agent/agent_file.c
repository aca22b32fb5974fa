/* agent_file - finds, reads and checks an agent's file: key=value lines */
#include "agent/agent_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xdg.h"
#include "file/file.h"
#include "json/path.h"
#include "proc/plugin.h"
#include "proc/which.h"

enum { FILE_SIZE = 256 * 1024 };

/* What a line's key may be, how often it may occur, and what its value must be. */
static const struct known {
	const char *key;
	enum { ANY, TEMPLATE, WORDS, NUMBER } form;
	int many; /* may occur more than once */
	const char *words;
} known[] = {
	{"start", TEMPLATE, 0, NULL}, {"resume", TEMPLATE, 0, NULL},
	{"interactive", TEMPLATE, 0, NULL}, {"interactive_resume", TEMPLATE, 0, NULL},
	{"session_file", TEMPLATE, 1, NULL}, {"box_state", TEMPLATE, 1, NULL},
	{"prompt", WORDS, 0, "stdin arg none"},
	{"session", WORDS, 0, "pin capture none"}, {"read", WORDS, 0, "pipe pty"},
	{"open", WORDS, 0, "session"}, {"sums", WORDS, 0, "session turn"},
	{"silence", NUMBER, 0, NULL}, {"blank_after", ANY, 0, NULL}, {"drop", ANY, 0, NULL},
	{"stderr.session", ANY, 0, NULL}, {"stderr.retry", ANY, 0, NULL},
	{"stderr.drop", ANY, 1, NULL}, {"sort", ANY, 1, NULL},
	/* with '.' or '-' at the end: a prefix */
	{"alias.", ANY, 1, NULL}, {"env.", ANY, 1, NULL}, {"event.", ANY, 1, NULL},
	{"x-", ANY, 1, NULL}
};

static const struct known *
find_known(const struct agent_line *l)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		const char *k = known[i].key;
		size_t n = strlen(k);

		if ((n == l->len && memcmp(k, l->key, n) == 0) ||
			(strchr(".-", k[n - 1]) && agent_key_begins(l, k)))
			return &known[i];
	}
	return NULL;
}

static int
is_word_of(const char *words, const char *s)
{
	size_t n = strlen(s);

	for (const char *w = words; *w; w += strcspn(w, " "), w += *w == ' ')
		if (strcspn(w, " ") == n && memcmp(w, s, n) == 0)
			return 1;
	return 0;
}

static int
is_variable(const char *s, size_t n)
{
	static const char letters[] =
		"0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return n > 0 && strspn(s, letters) >= n && !(*s >= '0' && *s <= '9');
}

static int
check_value(const struct agent_line *l, const struct known *k, char why[WHY])
{
	size_t root = agent_key_begins(l, "env.root.") ? 9 : 4;

	if (k->form == TEMPLATE)
		return template_check(l->value, why);
	if (k->form == WORDS && !is_word_of(k->words, l->value))
		return err_why(why, "'%.40s' is not one of: %s", l->value, k->words);
	if (k->form == NUMBER && (!*l->value || l->value[strspn(l->value, "0123456789")] ||
		strtol(l->value, NULL, 10) > 1000000))
		return err_why(why, "'%.40s' is not a number of seconds", l->value);
	if (strcmp(k->key, "env.") == 0 && !is_variable(l->key + root, l->len - root))
		return err_why(why, "not the name of an environment variable");
	return 0;
}

static int
add_line(struct agent *a, char *s, int number, char why[WHY])
{
	struct agent_line *b = path_grow(a->lines, &a->room, a->nlines, sizeof *b);
	struct agent_line l = {.key = s, .len = strcspn(s, "="), .number = number};
	const struct known *k;

	if (!b)
		return err_why(why, "no memory");
	a->lines = b;
	if (s[l.len] != '=')
		return err_why(why, "'%.60s': key=value expected", s);
	l.value = s + l.len + 1;
	k = find_known(&l);
	if (!k)
		return err_why(why, "'%.*s': no such key", l.len > 60 ? 60 : (int)l.len, s);
	for (int i = 0; !k->many && i < a->nlines; i++)
		if (a->lines[i].len == l.len && memcmp(a->lines[i].key, s, l.len) == 0)
			return err_why(why, "%s: given before, in line %d", k->key,
				a->lines[i].number);
	b[a->nlines++] = l;
	return check_value(&l, k, why);
}

/* What no single line is to blame for. */
static int
check_whole(const struct agent *a, char why[WHY])
{
	const char *start = agent_get(a, "start");

	if (agent_session(a) == SESSION_CAPTURE && !agent_get(a, "stderr.session") &&
		!agent_get(a, "event.session"))
		return err_why(why, "session=capture needs event.session= or stderr.session=");
	if (agent_session(a) != SESSION_NONE && !agent_get(a, "resume"))
		return err_why(why, "resume= is missing (or give session=none)");
	if (agent_prompt(a) == PROMPT_ARG && start && !template_names(start, "prompt"))
		return err_why(why, "prompt=arg needs {prompt} in start=");
	for (int i = 0; agent_read(a) == READ_PTY && i < a->nlines; i++)
		if (agent_key_begins(&a->lines[i], "event."))
			return err_why(why, "read=pty has no events, so event lines have no "
				"effect");
	return 0;
}

static int
parse(struct agent *a, char why[WHY])
{
	char *s = a->text, *end, reason[WHY];

	for (int number = 1; s; s = end, number++) {
		end = strchr(s, '\n');
		if (end)
			*end++ = '\0';
		for (size_t n = strlen(s); n > 0 && strchr(" \t\r", s[n - 1]);)
			s[--n] = '\0';
		s += strspn(s, " \t");
		if (*s && *s != '#' && add_line(a, s, number, reason) < 0)
			return err_why(why, "%.100s: line %d: %.380s", a->file, number, reason);
	}
	if (check_whole(a, reason) < 0)
		return err_why(why, "%.100s: %.380s", a->file, reason);
	return 0;
}

struct agent *
agent_file_parse(const char *file, const char *text, size_t n, char why[WHY])
{
	struct agent *a = calloc(1, sizeof *a + strlen(file) + 1);

	if (!a || !(a->text = malloc(n + 1))) {
		err_why(why, "%.100s: no memory", file);
		agent_free(a);
		return NULL;
	}
	memcpy(a->file, file, strlen(file));
	memcpy(a->text, text, n);
	a->text[n] = '\0';
	if (memchr(text, '\0', n))
		err_why(why, "%.100s: contains a NUL byte: not a text file", file);
	else if (!parse(a, why))
		return a;
	agent_free(a);
	return NULL;
}

/* The n-th path at which the file may be. 1; 0 past the last, or there is none; -1 with why. */
static int
place(int n, const char *name, char path[PATH_MAX], char why[WHY])
{
	char rel[128];

	snprintf(rel, sizeof rel, "%s/%.80s", n ? "lib/plugins/agents" : "agents", name);
	return n ? !which_own(rel, path, PATH_MAX) : xdg_config_file(rel, path, PATH_MAX, why);
}

static int
is_agent_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

	return n > 0 && n <= 64 && s[n] == '\0' && *s != '.' && *s != '-';
}

struct agent *
agent_file_load(const char *name, char why[WHY])
{
	char path[PATH_MAX], real[PATH_MAX], *text = NULL;
	struct agent *a;
	size_t n;
	int r;

	if (!is_agent_name(name)) {
		err_why(why, "agent '%.80s': not the name of an agent", name);
		return NULL;
	}
	for (int i = 0; !text && i < 2; i++) {
		if ((r = place(i, name, path, why)) < 0)
			return NULL;
		if (r && (!realpath(path, real) ||
			!(text = file_load(AT_FDCWD, real, FILE_SIZE, &n))) &&
			errno != ENOENT && errno != ENOTDIR) {
			err_why(why, "read %.300s:", path);
			return NULL;
		}
	}
	if (!text) {
		plugin_missing("agent", name, why);
		return NULL;
	}
	a = agent_file_parse(path, text, n, why);
	free(text);
	return a;
}
