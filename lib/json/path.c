/* path - places in a JSON object, as a tree */
#include "json/path.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

void *
path_grow(void *a, int *room, int n, size_t size)
{
	void *b;

	if (n < *room)
		return a;
	b = realloc(a, (size_t)(*room + 16) * size);
	if (b)
		*room += 16;
	return b;
}

static int
new_node(struct path *p, const char *key, size_t len)
{
	struct node *a;

	if (p->nnodes == SHRT_MAX || !(a = path_grow(p->nodes, &p->room[0], p->nnodes, sizeof *a)))
		return -1;
	p->nodes = a;
	a[p->nnodes] = (struct node){ key, len, -1, -1, -1, -1, 0 };
	return p->nnodes++;
}

int
path_step(const struct path *p, int at, const char *key, size_t len)
{
	int i;

	if (!key)
		return p->nodes[at].elem;
	for (i = p->nodes[at].child; i >= 0; i = p->nodes[i].next)
		if (p->nodes[i].len == len && memcmp(p->nodes[i].key, key, len) == 0)
			break;
	return i;
}

static int
make_step(struct path *p, int at, const char *key, size_t len)
{
	int i = path_step(p, at, key, len);

	if (i >= 0)
		return i;
	i = new_node(p, key, len);
	if (i < 0)
		return -1;
	if (!key) {
		p->nodes[at].elem = (short)i;
	} else {
		p->nodes[i].next = p->nodes[at].child;
		p->nodes[at].child = (short)i;
	}
	return i;
}

static int
end_path(struct path *p, int at)
{
	uint64_t *a;

	if (p->nodes[at].path >= 0)
		return p->nodes[at].path;
	a = path_grow(p->users, &p->room[1], p->npaths, sizeof *a);
	if (!a)
		return -1;
	p->users = a;
	a[p->npaths] = 0;
	p->nodes[at].path = (short)p->npaths;
	return p->npaths++;
}

static size_t
key_length(const char *s)
{
	return strcspn(s, " \t.[]=!?~>|+:'\"");
}

int
path_add(struct path *p, char **text, uint64_t mask, struct ref *ref, char why[WHY])
{
	char *s = *text;
	int at = p->nnodes ? 0 : new_node(p, NULL, 0), arrays = 0;
	size_t n;

	ref->array = 0;
	do {
		if (at < 0)
			return err_why(why, "no memory");
		p->nodes[at].users |= mask;
		if (*s == '[' && s > *text) {
			int star = s[1] == '*';

			if (s[1 + star] != ']')
				return err_why(why, "path '%.60s': [] or [*] expected", *text);
			if (arrays++ == 0 && !star)
				ref->array = (short)at;
			at = make_step(p, at, NULL, 0);
			s += 2 + star;
		} else {
			n = key_length(s);
			if (n == 0)
				return err_why(why, "path expected at '%.60s'", s);
			at = make_step(p, at, s, n);
			s += n;
		}
	} while (*s == '[' || (*s == '.' && s++));
	ref->path = (short)(at < 0 ? -1 : end_path(p, at));
	if (ref->path < 0)
		return err_why(why, "no memory");
	p->nodes[at].users |= mask;
	p->users[ref->path] |= mask;
	*text = s;
	return 0;
}

void
path_free(struct path *p)
{
	free(p->nodes);
	free(p->users);
}
