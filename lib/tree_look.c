/*
 * tree_look - the table a look fills, and who in it belongs to a task (the rules are in tree.h)
 */
#include "tree_look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct look_proc *
look_add(struct look *l)
{
	if (l->n == l->room) {
		size_t room = l->room ? l->room * 2 : 256;
		struct look_proc *p = realloc(l->p, room * sizeof *p);

		if (!p)
			return NULL;
		l->p = p;
		l->room = room;
	}
	memset(&l->p[l->n], 0, sizeof *l->p);
	return &l->p[l->n++];
}

void
look_free(struct look *l)
{
	free(l->p);
	*l = (struct look){ 0 };
}

static int
by_pid(const void *a, const void *b)
{
	const struct look_proc *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

void
look_sort(struct look *l)
{
	if (l->n)
		qsort(l->p, l->n, sizeof *l->p, by_pid);
}

struct look_proc *
look_find(const struct look *l, pid_t pid)
{
	struct look_proc key = { .pid = pid };

	return l->n ? bsearch(&key, l->p, l->n, sizeof key, by_pid) : NULL;
}

/* What p itself says, without its ancestors. */
static enum look_part
own_part(const struct look_proc *p)
{
	if (p->part != PART_UNKNOWN)
		return p->part;
	return p->mark == MARK_OURS ? PART_IN : p->mark == MARK_OTHER ? PART_OUT : PART_UNKNOWN;
}

/* Up from p to the first that knows; then all on the way know. The step count ends a ring, which a reused pid can make of a snapshot. */
static void
settle(const struct look *l, struct look_proc *p, pid_t root)
{
	enum look_part part = own_part(p);
	struct look_proc *q = p;

	for (size_t steps = 0; part == PART_UNKNOWN && steps <= l->n; steps++) {
		if (root && q->ppid == root)
			part = PART_IN;
		else if (!(q = look_find(l, q->ppid)))
			part = PART_OUT;
		else
			part = own_part(q);
	}
	if (part == PART_UNKNOWN)
		part = PART_OUT;
	for (q = p; q && own_part(q) == PART_UNKNOWN; q = root && q->ppid == root ? NULL : look_find(l, q->ppid))
		q->part = part;
	p->part = part;
}

int
look_left_out(const struct whose *w, pid_t pid)
{
	for (int i = 0; i < w->n; i++)
		if (w->spare[i] == pid)
			return 1;
	return pid == getpid() || pid == w->root || pid <= 1;
}

int
look_for(struct look *l, const struct whose *w)
{
	*l = (struct look){ 0 };
	if (look_take(l, w->mark) < 0) {
		int saved = errno;

		look_free(l);
		errno = saved;
		return -1;
	}
	for (size_t i = 0; i < l->n; i++)
		settle(l, &l->p[i], w->root);
	for (size_t i = 0; i < l->n; i++)
		if (look_left_out(w, l->p[i].pid))
			l->p[i].part = PART_OUT;
	return 0;
}
