/* usage - what an attempt has open and has used */
#include "events/usage.h"

#include <string.h>

#include "base/hash.h"
#include "text/strip.h"

static int
find(const struct usage *t, unsigned long long id)
{
	int i = t->ntools - 1;

	while (i >= 0 && t->tools[i].id != id)
		i--;
	return i;
}

int
usage_open(struct usage *t, const char *id, size_t n, const char *what)
{
	unsigned long long h = hash_add(HASH_START, id, n);

	if (n > 0 && find(t, h) >= 0)
		return 0;
	if (t->ntools == USAGE_TOOLS)
		return 1;
	t->tools[t->ntools].id = h;
	oneline(t->tools[t->ntools].what, sizeof t->tools[0].what, what, strlen(what));
	t->ntools++;
	return 1;
}

int
usage_close(struct usage *t, const char *id, size_t n)
{
	int i = n > 0 ? find(t, hash_add(HASH_START, id, n)) : t->ntools - 1;

	if (i < 0)
		return 0;
	t->ntools--;
	memmove(&t->tools[i], &t->tools[i + 1], (size_t)(t->ntools - i) * sizeof t->tools[0]);
	return 1;
}

void
usage_close_all(struct usage *t)
{
	t->ntools = 0;
}

static struct call *
call_of(struct usage *t, unsigned long long id)
{
	for (int i = 0; i < USAGE_CALLS && i < t->ncalls; i++)
		if (t->calls[i].id == id)
			return &t->calls[i];
	return NULL;
}

void
usage_use(struct usage *t, const char *id, size_t n, double in, double out, double cost)
{
	struct call c = {hash_add(HASH_START, id, n), in > 0 ? in : 0, out > 0 ? out : 0,
		cost > 0 ? cost : 0},
		*old = n > 0 ? call_of(t, c.id) : NULL;

	if (old) {
		t->in -= old->in;
		t->out -= old->out;
		t->cost -= old->cost;
	} else {
		t->turns++;
		old = &t->calls[t->ncalls % USAGE_CALLS];
		t->ncalls = t->ncalls + 1 < 2 * USAGE_CALLS ? t->ncalls + 1 : USAGE_CALLS;
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
usage_sums(struct usage *t, int since, double in, double out, double cost, double turns)
{
	if (in > 0)
		t->in = in + (since ? t->in_before : 0);
	if (out > 0)
		t->out = out + (since ? t->out_before : 0);
	if (cost > 0)
		t->cost = cost;
	if (turns > 0)
		t->turns = whole(turns) + (since ? t->turns_before : 0);
	/* without any of them, the next sums cover this part, too */
	if (in > 0 || out > 0 || turns > 0) {
		t->in_before = t->in;
		t->out_before = t->out;
		t->turns_before = t->turns;
	}
}

void
usage_background(struct usage *t, const char *id, size_t n, const char *name, size_t nname,
	const char *what)
{
	unsigned long long h = hash_add(HASH_START, id, n);
	int i = 0;

	while (i < t->nbackground && t->background[i].id != h)
		i++;
	if (i == USAGE_BACKGROUND)
		return;
	t->background[i].id = h;
	t->background[i].name = hash_add(HASH_START, name, nname);
	oneline(t->background[i].what, sizeof t->background[0].what, what, strlen(what));
	if (i == t->nbackground)
		t->nbackground++;
}

void
usage_background_over(struct usage *t, const char *id, size_t n, const char *name, size_t nname)
{
	unsigned long long hid = hash_add(HASH_START, id, n);
	unsigned long long hname = hash_add(HASH_START, name, nname);
	int kept = 0;

	for (int i = 0; i < t->nbackground; i++) {
		const struct background *w = &t->background[i];

		if (n > 0 ? w->id == hid : nname == 0 || w->name == hname)
			continue;
		if (kept < i)
			t->background[kept] = *w;
		kept++;
	}
	t->nbackground = kept;
}

void
usage_show(const struct usage *t, struct progress *p)
{
	p->open_tools = t->ntools;
	p->background = t->nbackground;
	p->tool[0] = '\0';
	if (t->ntools > 0)
		memcpy(p->tool, t->tools[t->ntools - 1].what, sizeof p->tool);
	p->turns = t->turns;
	p->tokens_in = whole(t->in);
	p->tokens_out = whole(t->out);
	p->cost_usd = t->cost > 0 && t->cost < 1e12 ? t->cost : 0;
}
