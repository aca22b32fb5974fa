/* turn - from one status to the next, under the manifest's lock */
#include "task/turn.h"

#include <unistd.h>

#include "proc/lock.h"

static int
turn(int dir, struct manifest *m, enum status from, int unattended, const char *const kv[], char why[WHY])
{
	enum status now;

	if (manifest_read(dir, m, why))
		return -1;
	now = status_parse(manifest_get(m, "status"));
	if ((from == ST_LAST ? status_terminal(now) : now != from) || (unattended && lock_held(dir, "lock")))
		return 0;
	for (; *kv; kv += 2)
		if (manifest_set(m, kv[0], *kv[1] ? kv[1] : NULL))
			return err_why(why, "manifest: no room for %s", kv[0]);
	return manifest_write(dir, m) ? err_why(why, "write manifest:") : 1;
}

int
turn_status(int dir, struct manifest *m, enum status from, int unattended, const char *const kv[], char why[WHY])
{
	int lock = manifest_lock(dir), r;

	if (lock < 0)
		return err_why(why, "lock manifest.lock:");
	r = turn(dir, m, from, unattended, kv, why);
	close(lock);
	return r;
}
