/* choice - which of the tasks are shown, and in which order */
#include "list/choice.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

enum { JUDGED = 256 };

/* Behind the bits of the statuses. */
#define KIND_BIT (2U << ST_LAST)

static int
by_age(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;

	if (x->done != y->done)
		return x->done - y->done;
	if (x->created != y->created)
		return x->created > y->created ? -1 : 1;
	return strcmp(x->where, y->where);
}

static int
by_kind(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->since != y->since)
		return x->since > y->since ? -1 : 1;
	return strcmp(x->where, y->where);
}

/* The name as a whole, or without the agent's. */
static int
fits(const char *pattern, const struct entry *e)
{
	return !fnmatch(pattern, e->where, 0) || !fnmatch(pattern, e->where + e->bare, 0);
}

static int
matches(struct roster *r, const struct entry *e)
{
	int any = e->fixed || !r->npatterns;

	for (size_t i = 0; i < r->npatterns; i++)
		if (fits(r->patterns[i].text, e))
			any = r->patterns[i].hit = 1;
	if (!r->filter || strstr(e->where, r->filter))
		return any;
	return any && strpbrk(r->filter, "*?[") && fits(r->filter, e);
}

unsigned
choice_word(const char *word)
{
	for (enum status s = 0; s <= ST_LAST; s++)
		if (!strcmp(word, entry_status(s)))
			return 1U << s;
	for (enum kind k = 0; k < KINDS; k++)
		if (!strcmp(word, entry_kind(k)))
			return KIND_BIT << k;
	return 0;
}

int
choice_wants(const struct roster *r, const struct entry *e)
{
	unsigned is = 1U << e->status | KIND_BIT << e->kind;

	return e->match && !e->other && (!r->want || r->want & is ||
		(e->kind == KIND_UNKNOWN && r->want >= KIND_BIT));
}

/*
 * Whether a task lives is a matter of its locks. Of thousands that do not change, each look asks
 * for a part.
 */
void
choice_judge(struct roster *r)
{
	struct details d;
	size_t open = 0, step;

	if (!r->people)
		return;
	for (size_t i = 0; i < r->n; i++)
		open += !r->all[i]->done;
	step = 1 + open / JUDGED;
	for (size_t i = 0; i < r->n; i++) {
		struct entry *e = r->all[i];

		if (!e->done && e->status < ST_LAST && (e->fresh || (i + r->pass) % step == 0) &&
		    !details_read(r->l, e, 0, &d))
			e->mark = r->pass - 1;
		e->fresh = 0;
	}
}

/* Of those that ended, which come last, only the first are shown. */
static void
cut(struct roster *r)
{
	size_t ended = r->count[KIND_ENDED];

	r->hidden = !r->people || r->whole || r->named || ended <= CHOICE_LAST ? 0 :
		ended - CHOICE_LAST;
	if (r->nshown > 1 && (!r->named || r->npatterns))
		qsort(r->shown, r->nshown, sizeof *r->shown, r->people ? by_kind : by_age);
	r->nshown -= r->hidden;
}

void
choice_make(struct roster *r)
{
	memset(r->count, 0, sizeof r->count);
	r->nshown = 0;
	r->tokens = 0;
	r->cost = 0;
	for (size_t i = 0; i < r->n; i++) {
		struct entry *e = r->all[i];

		e->match = matches(r, e);
		if (!choice_wants(r, e))
			continue;
		r->shown[r->nshown++] = e;
		r->count[e->kind]++;
		r->tokens += e->tokens;
		r->cost += e->cost;
	}
	cut(r);
}
