/* capture - keeps what the rules need of one event while it is read */
#include "events/capture.h"

#include <stdlib.h>
#include <string.h>

static uint64_t
bit(int i)
{
	return (uint64_t)1 << i;
}

static int
on_open(void *ctx, int path, long elem, enum json_type t)
{
	struct capture *c = ctx;
	int raw = t == JSON_OBJECT || t == JSON_ARRAY;
	size_t room = raw ? CAPTURE_RAW : CAPTURE_VALUE;
	struct value *v = &c->v[c->n];

	if (t == JSON_NULL || c->n == CAPTURE_VALUES || c->used == sizeof c->arena)
		return -1;
	if (room > sizeof c->arena - c->used - 1)
		room = sizeof c->arena - c->used - 1;
	*v = (struct value){.path = (short)path, .type = (unsigned char)t, .elem = (int)elem,
		.off = (unsigned)c->used, .room = (unsigned)room};
	if (raw) /* strings inside it are captured meanwhile */
		c->used += room + 1;
	return c->n++;
}

static void
on_data(void *ctx, int handle, const char *s, size_t n)
{
	struct capture *c = ctx;
	struct value *v = &c->v[handle];
	size_t take = n < v->room - v->len ? n : v->room - v->len;

	memcpy(c->arena + v->off + v->len, s, take);
	v->len += (unsigned)take;
	v->total += (long long)n;
}

static const struct cond *
conds(const struct capture *c, int i)
{
	return c->rules->conds + c->rules->rule[i].cond;
}

static int
holds(const struct capture *c, const struct cond *k, const struct value *v)
{
	return rules_hold(k, c->arena + v->off, v->len < v->total ? (size_t)v->total : v->len);
}

/* v is the only value of its path: the rules whose conditions it does not meet cannot match. */
static void
rule_out(struct capture *c, const struct value *v)
{
	uint64_t users = c->rules->paths.users[v->path] & c->walk.alive;

	for (int i = 0; i < c->rules->nrules && users; i++) {
		if (!(users & bit(i)))
			continue;
		users &= ~bit(i);
		for (int k = 0; k < c->rules->rule[i].nconds; k++)
			if (conds(c, i)[k].ref.path == v->path && !holds(c, &conds(c, i)[k], v))
				c->walk.alive &= ~bit(i);
	}
}

static void
on_close(void *ctx, int handle)
{
	struct capture *c = ctx;
	struct value *v = &c->v[handle];

	c->arena[v->off + v->len] = '\0';
	if (v->type != JSON_OBJECT && v->type != JSON_ARRAY)
		c->used = v->off + v->len + 1;
	if (v->elem < 0)
		rule_out(c, v);
}

void
capture_start(struct capture *c, const struct rules *r)
{
	static const struct walk_ops ops = {on_open, on_data, on_close};

	c->rules = r;
	c->n = 0;
	c->used = 0;
	walk_start(&c->walk, &r->paths, r->nrules == RULES_MAX ? ~(uint64_t)0 : bit(r->nrules) - 1,
		&ops, c);
}

int
capture_feed(struct capture *c, const char *s, size_t n)
{
	return walk_feed(&c->walk, s, n);
}

int
capture_dead(const struct capture *c)
{
	return c->walk.alive == 0;
}

int
capture_done(struct capture *c)
{
	return walk_done(&c->walk);
}

static int
is_at(const struct value *v, const struct ref *r, long elem)
{
	return v->path == r->path && (!r->array || v->elem == elem);
}

static int
cond_met(const struct capture *c, const struct cond *k, long elem)
{
	int some = 0, met = 0;

	for (int i = 0; i < c->n; i++) {
		if (!is_at(&c->v[i], &k->ref, elem))
			continue;
		some = 1;
		met = holds(c, k, &c->v[i]);
		/* of several values, one equal one satisfies =, and breaks != */
		if (met != rules_deny(k->op))
			return met;
	}
	return some ? met : rules_hold(k, NULL, 0);
}

static int
all_met(const struct capture *c, int i, long elem)
{
	for (int k = 0; k < c->rules->rule[i].nconds; k++)
		if (!cond_met(c, &conds(c, i)[k], elem))
			return 0;
	return 1;
}

/* Whether rule i asks for this path element by element. */
static int
goes_through(const struct capture *c, int i, short path)
{
	const struct rule *r = &c->rules->rule[i];

	for (int k = 0; k < r->nconds; k++)
		if (conds(c, i)[k].ref.path == path && conds(c, i)[k].ref.array)
			return 1;
	for (int f = 0; f < F_LAST; f++)
		for (int k = 0; k < r->n[f]; k++) {
			const struct source *s = &c->rules->sources[r->from[f] + k];

			if (!s->literal && s->ref.path == path && s->ref.array)
				return 1;
		}
	return 0;
}

int
capture_fires(const struct capture *c, int i, int *pos, long *elem)
{
	int first = *pos == 0;

	if (!(c->walk.alive & bit(i)) || *pos > c->n)
		return 0;
	for (; c->rules->rule[i].array && *pos < c->n; ++*pos) {
		const struct value *v = &c->v[*pos];

		if (v->elem <= *elem || !(c->rules->paths.users[v->path] & bit(i)) ||
			!goes_through(c, i, v->path))
			continue;
		*elem = v->elem;
		first = 0;
		if (all_met(c, i, *elem)) {
			++*pos;
			return 1;
		}
	}
	first = first && *elem < 0;
	*pos = c->n + 1;
	return first && all_met(c, i, -1);
}

/* The value at r; several are joined by newlines. */
static int
gather(struct capture *c, const struct ref *r, long elem, struct got *g)
{
	const struct value *only = NULL;
	size_t start = c->used, room;
	int n = 0;

	for (int i = 0; i < c->n; i++)
		if (is_at(&c->v[i], r, elem)) {
			only = &c->v[i];
			n++;
		}
	*g = (struct got){.path = r->path, .each = r->array != 0};
	if (n == 1)
		*g = (struct got){c->arena + only->off, only->len, only->total, r->path,
			r->array != 0};
	if (n < 2)
		return n;
	for (int i = 0; i < c->n; i++) {
		const struct value *v = &c->v[i];
		int sep = g->total > 0;

		if (!is_at(v, r, elem) || c->used == sizeof c->arena)
			continue;
		g->total += v->total + sep;
		if (sep && c->used + 1 < sizeof c->arena)
			c->arena[c->used++] = '\n';
		room = sizeof c->arena - c->used - 1;
		room = v->len < room ? v->len : room;
		memcpy(c->arena + c->used, c->arena + v->off, room);
		c->used += room;
	}
	if (c->used == start) /* the arena is full */
		return 0;
	g->s = c->arena + start;
	g->n = c->used - start;
	c->arena[c->used++] = '\0';
	return 1;
}

int
capture_field(struct capture *c, int i, enum field f, long elem, struct got *g)
{
	const struct rule *r = &c->rules->rule[i];
	struct got found = {"", 0, 0, -1, 0};
	int there = 0;

	for (int k = 0; k < r->n[f] && !found.n; k++) {
		const struct source *s = &c->rules->sources[r->from[f] + k];

		if (s->literal)
			*g = (struct got){s->literal, strlen(s->literal),
				(long long)strlen(s->literal), -1, 0};
		else if (!gather(c, &s->ref, elem, g))
			continue;
		if (!there || g->n > 0)
			found = *g;
		there = 1;
	}
	*g = found;
	return there;
}

static double
as_number(const char *s)
{
	char *end;
	double d = strtod(s, &end);

	return end == s || *end || !(d >= 0) ? -1 : d;
}

double
capture_number(struct capture *c, int i, enum field f, long elem)
{
	const struct rule *r = &c->rules->rule[i];
	double sum = -1, d;
	struct got g;

	for (int k = 0; k < r->n[f]; k++) {
		const struct source *s = &c->rules->sources[r->from[f] + k];

		if (!s->plus && sum >= 0)
			break;
		if (s->literal)
			d = as_number(s->literal);
		else
			d = gather(c, &s->ref, elem, &g) ? as_number(g.s) : -1;
		if (d >= 0)
			sum = (sum < 0 ? 0 : sum) + d;
	}
	return sum;
}
