/* drop - in a box, where a task's files cannot be written: the event is left for rca-wrap */
#ifndef HOOK_DROP_H
#define HOOK_DROP_H

#include <stddef.h>

struct drop {
	int dir, fd;
	size_t n;
	char name[48];
};

/*
 * Begins a file in dir/hooks, adds to it, and puts it in place, complete or cut at a bound. Errors
 * are told by drop_end: 0, -1 with errno.
 */
void drop_begin(struct drop *d, const char *dir);
void drop_add(struct drop *d, const char *s, size_t n);
int drop_end(struct drop *d);

#endif
