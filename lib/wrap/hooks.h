/* hooks - events that rca-hook leaves in DIR/hooks from a box, taken up outside it */
#ifndef WRAP_HOOKS_H
#define WRAP_HOOKS_H

#include "task/task.h"

struct watch;

/* Zeros at first. */
struct hooks {
	const struct task *task;
	char *const *env;    /* for rca-hook outside: the agent's */
	int dir;
	struct watch *watch;
	long long next;      /* when to look again; clock_ms, 0: when something changes */
};

/* Makes DIR/hooks. 0; -1 with errno. */
int hooks_make(const struct task *t);

/* Without a box env is NULL, and the others do nothing. 0; -1 with errno. */
int hooks_open(struct hooks *h, const struct task *t, char *const *env);
void hooks_close(struct hooks *h);

/* What poll finds readable when an event is there; -1: none. */
int hooks_fd(const struct hooks *h);

/*
 * Gives events that are there to rca-hook, one after the other. What is in DIR/hooks can be
 * anything: only plain files of a bounded size are read, a bounded number at a time. last: the
 * agent has ended.
 */
void hooks_take(struct hooks *h, int last);

#endif
