/* remote - what a wrapper does for those who cannot reach it */
#include "wrap/remote.h"

#include <unistd.h>

#include "base/clock.h"
#include "probe/vitals.h"
#include "proc/lock.h"

enum { BESIDE = 10 };

void
remote_end(const struct remote *r)
{
	unlinkat(r->task->fd, "end", 0);
	unlinkat(r->task->fd, "vitals", 0);
}

void
remote_begin(struct remote *r)
{
	remote_end(r);
	r->due = clock_ms() + (r->vitals_ms ? r->vitals_ms : r->look_ms);
}

enum stop_signal
remote_look(struct remote *r, long long now)
{
	pid_t monitor;

	if (now < r->due)
		return STOP_NOT;
	monitor = lock_holder(r->task->fd, "monitor.lock");
	r->due = now + (monitor > 0 ? BESIDE * r->look_ms : r->look_ms);
	if (monitor == LOCK_ELSEWHERE && r->vitals_ms) {
		r->due = now + r->vitals_ms;
		if (!r->moved)
			vitals_write(r->task);
	}
	r->moved = 0;
	return stop_signal_asked(r->task);
}
