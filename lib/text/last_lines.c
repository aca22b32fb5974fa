/* last_lines - the last lines of a text that are not empty */
#include "text/last_lines.h"

#include <string.h>

/* Not part of a line: blanks, the no-break space after a prompt, the left bar of a box. */
static const char *const blanks[] = {" ", "\t", "\r", "\xc2\xa0", "┃"};

static int
begins(const char *s, size_t n, const char *word)
{
	size_t k = strlen(word);

	return k <= n && !memcmp(s, word, k);
}

static int
ends(const char *s, size_t n, const char *word)
{
	size_t k = strlen(word);

	return k <= n && !memcmp(s + n - k, word, k);
}

/* The length of the blank at the beginning or the end of s, or 0. */
static size_t
blank(const char *s, size_t n, int at_end)
{
	for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
		if (at_end ? ends(s, n, blanks[i]) : begins(s, n, blanks[i]))
			return strlen(blanks[i]);
	return 0;
}

static void
add(struct last_lines *v, const char *s, size_t n)
{
	size_t k;
	int indented = n && (*s == ' ' || *s == '\t');

	while ((k = blank(s, n, 0)) > 0) {
		s += k;
		n -= k;
	}
	while ((k = blank(s, n, 1)) > 0)
		n -= k;
	if (!n || begins(s, n, "Pane is dead (")) /* tmux prints it */
		return;
	v->line[v->count].s = s;
	v->line[v->count].n = n;
	v->line[v->count++].indented = indented;
}

void
last_lines_open(struct last_lines *v, const char *text, size_t n)
{
	v->count = 0;
	while (n && v->count < LAST_LINES_LINES) {
		size_t end = n;

		while (n && text[n - 1] != '\n')
			n--;
		add(v, text + n, end - n);
		if (n)
			n--;
	}
}

int
last_lines_has(const struct last_lines *v, int i, const char *word)
{
	const char *s;
	size_t n;

	if (i >= v->count)
		return 0;
	for (s = v->line[i].s, n = v->line[i].n; n; s++, n--)
		if (*s == *word && begins(s, n, word))
			return 1;
	return 0;
}

int
last_lines_starts(const struct last_lines *v, int i, const char *word)
{
	return i < v->count && begins(v->line[i].s, v->line[i].n, word);
}

int
last_lines_ends(const struct last_lines *v, int i, const char *word)
{
	return i < v->count && ends(v->line[i].s, v->line[i].n, word);
}

int
last_lines_is(const struct last_lines *v, int i, const char *word)
{
	return last_lines_starts(v, i, word) && v->line[i].n == strlen(word);
}

int
last_lines_find(const struct last_lines *v, int depth, const char *word)
{
	for (int i = 0; i < depth && i < v->count; i++)
		if (last_lines_has(v, i, word))
			return i;
	return -1;
}

int
last_lines_find_start(const struct last_lines *v, int depth, const char *word)
{
	for (int i = 0; i < depth && i < v->count; i++)
		if (last_lines_starts(v, i, word))
			return i;
	return -1;
}

size_t
last_lines_lower(const struct last_lines *v, int i, char *dst, size_t size)
{
	const char *s;
	size_t n, k;

	if (i >= v->count)
		return *dst = '\0';
	s = v->line[i].s;
	n = v->line[i].n;
	if (n >= size) {
		s += n - size + 1;
		n = size - 1;
	}
	for (k = 0; k < n; k++)
		dst[k] = s[k] >= 'A' && s[k] <= 'Z' ? (char)(s[k] - 'A' + 'a') : s[k] ? s[k] : ' ';
	dst[k] = '\0';
	return k;
}
