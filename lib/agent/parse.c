/* parse - an agent's file: key=value lines, checked as they are read; what its event, sort and stderr lines say is left to stream_rules.c */
#include "agent/parse.h"

#include <stdlib.h>
#include <string.h>

#include "agent/template.h"

/* What a key may be: how often, and what its value must be. */
struct known {
	const char *key;
	enum { ANY, TEMPLATE, WORDS, NUMBER } form;
	int many; /* may repeat; with a '.' at the end: a prefix */
	const char *words;
};

static const struct known known[] = {
	{"start", TEMPLATE, 0, NULL}, {"resume", TEMPLATE, 0, NULL}, {"interactive", TEMPLATE, 0, NULL}, {"interactive_resume", TEMPLATE, 0, NULL},
	{"session_file", TEMPLATE, 1, NULL}, {"prompt", WORDS, 0, "stdin arg none"}, {"session", WORDS, 0, "pin capture none"}, {"read", WORDS, 0, "pipe pty"},
	{"open", WORDS, 0, "session"}, {"sums", WORDS, 0, "session turn"}, {"silence", NUMBER, 0, NULL}, {"blank_after", ANY, 0, NULL}, {"drop", ANY, 0, NULL}, {"stderr.session", ANY, 0, NULL}, {"stderr.retry", ANY, 0, NULL}, {"stderr.drop", ANY, 1, NULL},
	{"sort", ANY, 1, NULL}, {"alias.", ANY, 1, NULL}, {"env.", ANY, 1, NULL}, {"event.", ANY, 1, NULL}, {"x-", ANY, 1, NULL}
};

int
parse_prefix(const char *s, size_t n, const char *prefix)
{
	size_t len = strlen(prefix);

	return n > len && memcmp(s, prefix, len) == 0;
}

static const struct known *
find_known(const struct line *l)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		const char *k = known[i].key;
		size_t n = strlen(k);

		if ((n == l->len && memcmp(k, l->key, n) == 0) || (strchr(".-", k[n - 1]) && parse_prefix(l->key, l->len, k)))
			return &known[i];
	}
	return NULL;
}

const struct line *
parse_find(const struct agent *a, const char *key, const struct line *after)
{
	size_t n = strlen(key);

	for (int i = after ? (int)(after - a->lines) + 1 : 0; i < a->nlines; i++)
		if (a->lines[i].len == n && memcmp(a->lines[i].key, key, n) == 0)
			return &a->lines[i];
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
is_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(s[i] == '_' || (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= 'a' && s[i] <= 'z') || (i > 0 && s[i] >= '0' && s[i] <= '9')))
			return 0;
	return n > 0;
}

static int
check_value(const struct line *l, const struct known *k, char why[WHY])
{
	char *end;
	size_t root = parse_prefix(l->key, l->len, "env.root.") ? 9 : 4;

	if (k->form == TEMPLATE)
		return template_check(l->value, why);
	if (k->form == WORDS && !is_word_of(k->words, l->value))
		return err_why(why, "'%.40s' is none of: %s", l->value, k->words);
	if (k->form == NUMBER && (!*l->value || strspn(l->value, "0123456789") != strlen(l->value) || strtol(l->value, &end, 10) > 1000000))
		return err_why(why, "'%.40s' is no number of seconds", l->value);
	if (strcmp(k->key, "env.") == 0 && !is_name(l->key + root, l->len - root))
		return err_why(why, "no name of an environment variable");
	return 0;
}

static int
add_line(struct agent *a, char *s, int no, char why[WHY])
{
	struct line *b = path_grow(a->lines, &a->room, a->nlines, sizeof *b), l = {.key = s, .len = strcspn(s, "="), .no = no};
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
			return err_why(why, "%s: given before, in line %d", k->key, a->lines[i].no);
	b[a->nlines++] = l;
	return check_value(&l, k, why);
}

/* What no single line can be blamed for. */
static int
check_whole(const struct agent *a, char why[WHY])
{
	const struct line *start = parse_find(a, "start", NULL);

	if (agent_session(a) == SESSION_CAPTURE && !parse_find(a, "stderr.session", NULL) && !parse_find(a, "event.session", NULL))
		return err_why(why, "session=capture needs event.session= or stderr.session=");
	if (agent_session(a) != SESSION_NONE && !parse_find(a, "resume", NULL))
		return err_why(why, "resume= is missing, or session=none");
	if (agent_prompt(a) == PROMPT_ARG && start && !template_names(start->value, "prompt"))
		return err_why(why, "prompt=arg needs {prompt} in start=");
	for (const struct line *l = a->lines; agent_read(a) == READ_PTY && l < a->lines + a->nlines; l++)
		if (parse_prefix(l->key, l->len, "event."))
			return err_why(why, "read=pty has no events, event lines are of no use");
	return 0;
}

static int
parse(struct agent *a, const char *file, char why[WHY])
{
	char *s = a->text, *end, reason[WHY];
	int no = 0;

	for (; s; s = end) {
		no++;
		end = strchr(s, '\n');
		if (end)
			*end++ = '\0';
		for (size_t n = strlen(s); n > 0 && strchr(" \t\r", s[n - 1]);)
			s[--n] = '\0';
		s += strspn(s, " \t");
		if (*s && *s != '#' && add_line(a, s, no, reason) < 0)
			return err_why(why, "%.100s: line %d: %.380s", file, no, reason);
	}
	if (check_whole(a, reason) < 0)
		return err_why(why, "%.100s: %.380s", file, reason);
	return 0;
}

struct agent *
parse_words(const char *file, const char *text, size_t n, char why[WHY])
{
	struct agent *a = calloc(1, sizeof *a);

	if (!a || !(a->text = malloc(n + 1))) {
		err_why(why, "%.100s: no memory", file);
		parse_free(a);
		return NULL;
	}
	memcpy(a->text, text, n);
	a->text[n] = '\0';
	if (strlen(a->text) == n && parse(a, file, why) == 0)
		return a;
	if (strlen(a->text) != n && memchr(text, '\0', n))
		err_why(why, "%.100s: NUL in it, this is no text", file);
	parse_free(a);
	return NULL;
}

void
parse_free(struct agent *a)
{
	if (!a)
		return;
	if (a->reading)
		a->reading->free(a->reading);
	free(a->lines);
	free(a->text);
	free(a);
}
