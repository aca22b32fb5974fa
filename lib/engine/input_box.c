/*
 * input_box - the text in the input box of an agent's interface
 *
 * claude and pi draw the box between two rules; codex begins it with an arrow and ends it with an
 * empty line; opencode draws a bar at its left and an edge below it.
 */
#include "engine/input_box.h"

#include <string.h>

enum { LINES = 64, BOX = 40 };

struct lines {
	struct {
		const char *s;
		size_t n;
	} at[LINES]; /* at[0] is the last that is not empty */
	int count;
};

static size_t
blanks(const char *s, size_t n)
{
	size_t k = 0;

	while (k < n && (s[k] == ' ' || s[k] == '\t' || s[k] == '\r'))
		k++;
	return k;
}

static void
split(struct lines *l, const char *text, size_t n)
{
	l->count = 0;
	while (n && l->count < LINES) {
		size_t end = n;

		while (n && text[n - 1] != '\n')
			n--;
		if (l->count || blanks(text + n, end - n) < end - n) {
			l->at[l->count].s = text + n;
			l->at[l->count++].n = end - n;
		}
		if (n)
			n--;
	}
}

/* Whether line i begins with word after blanks; with "", whether it is empty. */
static int
starts(const struct lines *l, int i, const char *word)
{
	size_t k = strlen(word), skip;

	if (i >= l->count)
		return 0;
	skip = blanks(l->at[i].s, l->at[i].n);
	if (!k)
		return skip == l->at[i].n;
	return l->at[i].n - skip >= k && !memcmp(l->at[i].s + skip, word, k);
}

/* The first line of from..to-1 that begins with word, or -1. */
static int
find(const struct lines *l, int from, int to, const char *word)
{
	for (int i = from; i < to && i < l->count; i++)
		if (starts(l, i, word))
			return i;
	return -1;
}

/* Lines top..low, the top one first. Returns 1. */
static int
join(const struct lines *l, int top, int low, char *buf, size_t size)
{
	size_t len = 0;

	for (int i = top; i >= low; i--)
		for (size_t k = 0; k <= l->at[i].n && len + 1 < size; k++)
			buf[len++] = k < l->at[i].n ? l->at[i].s[k] : '\n';
	buf[len] = '\0';
	return 1;
}

int
input_box_read(const char *text, size_t n, const char *agent, char *buf, size_t size)
{
	struct lines l;
	int top, low;

	split(&l, text, n);
	if (!strcmp(agent, "claude") || !strcmp(agent, "pi")) {
		low = find(&l, 0, 6, "────");
		top = low < 0 ? -1 : find(&l, low + 1, low + BOX, "────");
		return top < 0 ? 0 : join(&l, top - 1, low + 1, buf, size);
	}
	if (!strcmp(agent, "codex")) {
		top = find(&l, 0, BOX, "›");
		for (low = top; low > 0 && !starts(&l, low - 1, ""); low--)
			;
		return top < 0 ? 0 : join(&l, top, low, buf, size);
	}
	if (!strcmp(agent, "opencode")) {
		low = find(&l, 0, BOX, "╹▀▀");
		for (top = low; top >= 0 && starts(&l, top + 1, "┃"); top++)
			;
		return low < 0 || top == low ? 0 : join(&l, top, low + 1, buf, size);
	}
	return 0;
}

static size_t
common(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	return n;
}

/*
 * Only the first line of typed is compared, as the rest may have scrolled out of the box, and not
 * its last character, which Enter may have replaced.
 */
int
input_box_stands(const char *before, const char *typed, const char *after)
{
	size_t begin = common(before, typed), end = strcspn(typed, "\n");

	if (!strcmp(typed, after))
		return 1;
	if (!strcmp(before, after) || begin >= end)
		return 0;
	end -= end - begin > 1;
	return common(typed, after) >= end;
}
