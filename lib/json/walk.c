/* walk - one pass over a JSON object for a set of paths */
#include "json/walk.h"

static int
on_key(void *ctx, const char *s, size_t n)
{
	struct walk *w = ctx;
	int at = s ? path_step(w->paths, w->node[w->depth], s, n) : -1;

	w->next = (short)at;
	return at >= 0 && (w->paths->nodes[at].users & w->alive) != 0;
}

static int
opened(struct walk *w, const struct node *at, enum json_type t)
{
	int array = w->array[w->depth];

	if (at->path < 0 || !(w->paths->users[at->path] & w->alive))
		return -1;
	return w->ops->open(w->ctx, at->path, array ? w->index[array] - 1 : -1, t);
}

static int
on_begin(void *ctx, enum json_type t, const char *at)
{
	struct walk *w = ctx;
	int in_array = w->depth > 0 && w->json.stack[w->depth - 1] == JSON_ARRAY;
	int i = w->depth == 0 ? 0 : in_array ? w->paths->nodes[w->node[w->depth]].elem : w->next;
	int handle;

	if (w->depth == 0 && t != JSON_OBJECT)
		return 0;
	w->object = 1;
	if (w->paths->nnodes == 0)
		return 0;
	if (in_array)
		w->index[w->depth]++;
	if (i < 0 || (w->depth > 0 && !(w->paths->nodes[i].users & w->alive)))
		return 0;
	handle = opened(w, &w->paths->nodes[i], t);
	if (t != JSON_OBJECT && t != JSON_ARRAY) {
		w->scalar = handle;
		return handle >= 0;
	}
	w->depth++;
	w->node[w->depth] = (short)i;
	w->index[w->depth] = 0;
	w->array[w->depth] = w->array[w->depth - 1];
	if (t == JSON_ARRAY && !w->array[w->depth])
		w->array[w->depth] = (short)w->depth;
	w->raw[w->depth] = handle;
	w->from[w->depth] = at;
	w->nraw += handle >= 0;
	return 1;
}

static void
on_data(void *ctx, const char *s, size_t n)
{
	struct walk *w = ctx;

	w->ops->data(w->ctx, w->scalar, s, n);
}

static void
on_end(void *ctx, const char *past)
{
	struct walk *w = ctx;
	int handle = w->scalar;

	if (handle < 0) {
		handle = w->raw[w->depth];
		if (handle >= 0) {
			w->ops->data(w->ctx, handle, w->from[w->depth],
				(size_t)(past - w->from[w->depth]));
			w->nraw--;
		}
		w->depth--;
	}
	w->scalar = -1;
	if (handle >= 0)
		w->ops->close(w->ctx, handle);
}

void
walk_start(struct walk *w, const struct path *p, uint64_t alive, const struct walk_ops *ops,
	void *ctx)
{
	static const struct json_ops json_ops = {on_key, on_begin, on_data, on_end};

	parser_start(&w->json, &json_ops, w);
	w->paths = p;
	w->ops = ops;
	w->ctx = ctx;
	w->alive = alive;
	w->depth = w->nraw = w->object = 0;
	w->array[0] = 0;
	w->scalar = -1;
}

int
walk_feed(struct walk *w, const char *s, size_t n)
{
	for (int i = 1; w->nraw > 0 && i <= w->depth; i++)
		w->from[i] = s;
	if (parser_feed(&w->json, s, n) < 0)
		return -1;
	for (int i = 1; w->nraw > 0 && i <= w->depth; i++)
		if (w->raw[i] >= 0)
			w->ops->data(w->ctx, w->raw[i], w->from[i], (size_t)(s + n - w->from[i]));
	return 0;
}

int
walk_done(struct walk *w)
{
	return parser_done(&w->json) && w->object;
}
