/* tally - what an attempt has open and what it has used */
#include "tally.h"

#include <string.h>

#include "strip.h"

static unsigned long long
hash(const char *s, size_t n)
{
	unsigned long long h = 14695981039346656037ULL; /* FNV-1a */

	while (n-- > 0)
		h = (h ^ (unsigned char)*s++) * 1099511628211ULL;
	return h;
}

static int
find(const struct tally *t, unsigned long long id)
{
	int i = t->ntools - 1;

	while (i >= 0 && t->tools[i].id != id)
		i--;
	return i;
}

int
tally_open(struct tally *t, const char *id, size_t n, const char *what)
{
	unsigned long long h = hash(id, n);

	if (n > 0 && find(t, h) >= 0)
		return 0;
	if (t->ntools == TALLY_TOOLS)
		return 1;
	t->tools[t->ntools].id = h;
	strip_text(t->tools[t->ntools].what, sizeof t->tools[0].what, what, strlen(what));
	t->ntools++;
	return 1;
}

int
tally_close(struct tally *t, const char *id, size_t n)
{
	int i = n > 0 ? find(t, hash(id, n)) : t->ntools - 1;

	if (i < 0)
		return 0;
	t->ntools--;
	memmove(&t->tools[i], &t->tools[i + 1], (size_t)(t->ntools - i) * sizeof t->tools[0]);
	return 1;
}

void
tally_close_all(struct tally *t)
{
	t->ntools = 0;
}

static struct call *
call_of(struct tally *t, unsigned long long id)
{
	for (int i = 0; i < TALLY_CALLS && i < t->ncalls; i++)
		if (t->calls[i].id == id)
			return &t->calls[i];
	return NULL;
}

void
tally_use(struct tally *t, const char *id, size_t n, double in, double out, double cost)
{
	struct call c = {hash(id, n), in > 0 ? in : 0, out > 0 ? out : 0, cost > 0 ? cost : 0}, *old = n > 0 ? call_of(t, c.id) : NULL;

	if (old) {
		t->in -= old->in;
		t->out -= old->out;
		t->cost -= old->cost;
	} else {
		t->turns++;
		old = &t->calls[t->ncalls % TALLY_CALLS];
		t->ncalls = t->ncalls + 1 < 2 * TALLY_CALLS ? t->ncalls + 1 : TALLY_CALLS;
	}
	*old = c;
	t->in += c.in;
	t->out += c.out;
	t->cost += c.cost;
}

static long long
whole(double d)
{
	return !(d > 0) ? 0 : d > 9e18 ? (long long)9e18 : (long long)d;
}

void
tally_sums(struct tally *t, double in, double out, double cost, double turns)
{
	if (in > 0)
		t->in = in;
	if (out > 0)
		t->out = out;
	if (cost > 0)
		t->cost = cost;
	if (turns > 0)
		t->turns = whole(turns);
}

void
tally_show(const struct tally *t, struct progress *p)
{
	p->open_tools = t->ntools;
	p->tool[0] = '\0';
	if (t->ntools > 0)
		memcpy(p->tool, t->tools[t->ntools - 1].what, sizeof p->tool);
	p->turns = t->turns;
	p->tokens_in = whole(t->in);
	p->tokens_out = whole(t->out);
	p->cost_usd = t->cost > 0 && t->cost < 1e12 ? t->cost : 0;
}
