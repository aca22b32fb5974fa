/* final - the agent's final text */
#include "final.h"

#include <string.h>

static void
add_brief(struct final *f, const char *s, size_t n)
{
	size_t room = FINAL_SHORT - f->nbrief;

	n = n < room ? n : room;
	memcpy(f->brief + f->nbrief, s, n);
	f->nbrief += n;
	f->brief[f->nbrief] = '\0';
}

void
final_note(struct final *f, long long off, long long len, int rule, long elem, const struct got *g)
{
	if (f->len && f->off == off && f->rule == rule && f->path == g->path && f->each && g->each) {
		add_brief(f, "\n", 1);
	} else {
		f->off = off;
		f->len = g->path < 0 ? 0 : len;
		f->rule = rule;
		f->path = g->path;
		f->each = g->each;
		memset(f->elems, 0, sizeof f->elems);
		f->nbrief = 0;
	}
	add_brief(f, g->s, g->n);
	if (elem >= 0 && elem < FINAL_ELEMS)
		f->elems[elem / 8] |= (unsigned char)(1 << elem % 8);
}

static void
on_data(void *ctx, int handle, const char *s, size_t n)
{
	struct final *f = ctx;

	(void)handle;
	if (!f->sunk && n > 0)
		f->sunk = f->sink(f->ctx, s, n);
}

static int
on_open(void *ctx, int path, long elem, enum json_type t)
{
	struct final *f = ctx;

	if (path != f->path || t == JSON_NULL)
		return -1;
	if (f->each && elem >= 0 && (elem >= FINAL_ELEMS || !(f->elems[elem / 8] & 1 << elem % 8)))
		return -1;
	if (f->some++)
		on_data(f, 0, "\n", 1);
	return 0;
}

static void
on_close(void *ctx, int handle)
{
	(void)ctx;
	(void)handle;
}

int
final_feed(struct final *f, const struct paths *p, const char *s, size_t n, int (*sink)(void *ctx, const char *, size_t), void *ctx)
{
	static const struct walk_ops ops = {on_open, on_data, on_close};

	f->sink = sink;
	f->ctx = ctx;
	if (f->fed == 0) {
		walk_start(&f->walk, p, (uint64_t)1 << f->rule, &ops, f);
		f->some = f->sunk = 0;
	}
	f->fed += (long long)n;
	walk_feed(&f->walk, s, n);
	if (f->fed >= f->len) /* the next piece is the first of another reading */
		f->fed = 0;
	return f->sunk;
}
