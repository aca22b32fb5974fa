/* orphans - what a dead attempt left running */
#include "orphans.h"

#include <unistd.h>

#include "lock.h"
#include "tree.h"

int
orphans_end(const struct task *t, long grace_ms)
{
	int lock = lock_mutex(t->fd, ORPHANS_LOCK);

	/* Whoever takes it from now on finds its parent dead. */
	if (lock < 0)
		return -1;
	close(lock);
	return tree_end(0, t->path, NULL, 0, 0, grace_ms);
}
