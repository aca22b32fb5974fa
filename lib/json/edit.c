/* edit - adds an item to a JSON text, or removes one */
#include "json/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
edit_splice(struct text *t, const char *from, const char *to, const char *put)
{
	size_t head = (size_t)(from - t->s), tail = t->n - (size_t)(to - t->s), k = strlen(put);
	char *s = malloc(head + k + tail + 1);

	if (!s)
		return -1;
	memcpy(s, t->s, head);
	memcpy(s + head, put, k);
	memcpy(s + head + k, to, tail);
	t->n = head + k + tail;
	s[t->n] = '\0';
	free(t->s);
	t->s = s;
	return 0;
}

int
edit_find(const struct cursor *in, const char *name, struct cursor *found)
{
	struct cursor it = { .at = NULL };
	int n = 0;

	*found = it;
	while (cursor_next(in, &it))
		if (!name || cursor_is(it.key, it.key_end, name)) {
			*found = it;
			n++;
		}
	return n > 1 && name ? -1 : n > 0;
}

int
edit_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *
start(const struct cursor *it)
{
	return it->key ? it->key : it->at;
}

size_t
edit_lead(const struct cursor *it, char buf[EDIT_BLANKS])
{
	const char *p = start(it);
	size_t n = 0;

	while (edit_blank(p[-1]))
		p--, n++;
	if (n >= EDIT_BLANKS)
		n = 0;
	memcpy(buf, start(it) - n, n);
	buf[n] = '\0';
	return n;
}

int
edit_append(struct text *t, const struct cursor *in, int root, const char *item)
{
	struct cursor last;
	char *put = malloc(strlen(item) + EDIT_BLANKS + 8), blanks[EDIT_BLANKS];
	int r;

	if (!put)
		return -1;
	if (edit_find(in, NULL, &last)) {
		edit_lead(&last, blanks);
		sprintf(put, ",%s%s", blanks, item);
		r = edit_splice(t, last.end, last.end, put);
	} else {
		sprintf(put, root ? "\n  %s\n" : "%s", item);
		r = edit_splice(t, in->at + 1, in->at + 1, put);
	}
	free(put);
	return r;
}

int
edit_cut(struct text *t, const struct item_place *s, int root)
{
	const char *from = s->before.at ? s->before.end : s->in.at + 1, *to = s->at.end;

	if (!s->before.at && s->after.at) {
		from = start(&s->at);
		to = start(&s->after);
	} else if (!s->before.at && root && (*from == '\n' || *from == '\r')) {
		to += *to == '\r';
		to += *to == '\n';
	}
	return edit_splice(t, from, to, "");
}
