/* final_text - the agent's final text: where it is in the stream, and its beginning */
#include "events/final_text.h"

#include <string.h>

static void
add_brief(struct final_text *f, const char *s, size_t n)
{
	size_t room = FINAL_SHORT - f->nbrief;

	n = n < room ? n : room;
	memcpy(f->brief + f->nbrief, s, n);
	f->nbrief += n;
	f->brief[f->nbrief] = '\0';
}

void
final_text_note(struct final_text *f, long long off, long long len, int rule, long elem,
	const struct got *g)
{
	if (f->len && f->off == off && f->rule == rule && f->path == g->path && f->each &&
		g->each) {
		add_brief(f, "\n", 1);
	} else {
		f->off = off;
		f->len = g->path < 0 ? 0 : len;
		f->rule = rule;
		f->path = g->path;
		f->each = g->each;
		memset(f->elems, 0, sizeof f->elems);
		f->nbrief = 0;
		f->parts = 0;
	}
	add_brief(f, g->s, g->n);
	if (elem >= 0 && elem < FINAL_ELEMS)
		f->elems[elem / 8] |= (unsigned char)(1 << elem % 8);
}

/* The first piece is kept as a whole text is: if it stays alone, its size does not matter. */
void
final_text_part(struct final_text *f, long long off, long long len, int rule, long elem,
	const struct got *g, int goes_on)
{
	if (!goes_on || f->len == 0) {
		final_text_note(f, off, len, rule, elem, g);
		return;
	}
	f->parts = 1;
	f->len = off + len - f->off;
	add_brief(f, g->s, g->n);
}

static void
on_data(void *ctx, int handle, const char *s, size_t n)
{
	struct final_text *f = ctx;

	(void)handle;
	if (!f->sunk && n > 0)
		f->sunk = f->sink(f->ctx, s, n);
}

static int
on_open(void *ctx, int path, long elem, enum json_type t)
{
	struct final_text *f = ctx;

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

static void
end_of_line(struct final_text *f, struct capture *c)
{
	struct got g;

	for (int i = 0; f->reading && !f->bad && capture_done(c) && i < c->rules->nrules; i++) {
		long elem = -1;

		if (c->rules->rule[i].what != ON_PART)
			continue;
		for (int pos = 0; capture_fires(c, i, &pos, &elem);)
			if (capture_field(c, i, F_TEXT, elem, &g))
				on_data(f, 0, g.s, g.n);
	}
	f->reading = 0;
}

static void
feed_parts(struct final_text *f, const struct rules *r, struct capture *c, const char *s, size_t n)
{
	while (n > 0) {
		const char *nl = memchr(s, '\n', n);
		size_t len = nl ? (size_t)(nl - s) : n;

		if (!f->reading) {
			capture_start(c, r);
			f->reading = 1;
			f->bad = 0;
		}
		f->bad |= capture_feed(c, s, len) < 0;
		if (nl)
			end_of_line(f, c);
		len += nl != NULL;
		s += len;
		n -= len;
	}
}

int
final_text_feed(struct final_text *f, const struct rules *r, struct capture *c, const char *s,
	size_t n, int (*sink)(void *ctx, const char *, size_t), void *ctx)
{
	static const struct walk_ops ops = {on_open, on_data, on_close};

	f->sink = sink;
	f->ctx = ctx;
	if (f->fed == 0) {
		walk_start(&f->walk, &r->paths, (uint64_t)1 << f->rule, &ops, f);
		f->some = f->sunk = f->reading = 0;
	}
	f->fed += (long long)n;
	if (f->parts)
		feed_parts(f, r, c, s, n);
	else
		walk_feed(&f->walk, s, n);
	if (f->fed < f->len)
		return f->sunk;
	if (f->parts)
		end_of_line(f, c);
	f->fed = 0; /* the next piece is the first of another reading */
	return f->sunk;
}
