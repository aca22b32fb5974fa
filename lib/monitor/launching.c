/* launching - a launch of the task that somebody else has in hand, and that does not end */
#include "monitor/launching.h"

#include <stdio.h>

#include "base/clock.h"
#include "engine/stop.h"
#include "proc/lock.h"
#include "task/history.h"

enum { LONGEST_MS = 25000 }; /* of what a launch waits for, besides twice dispatch_wait: a wrapper that lets go, and its engine */

void
launching_look(struct monitor *mo)
{
	pid_t pid = lock_holder(mo->t.fd, "launch.lock");
	char number[32];

	if (pid <= 0 || pid != mo->launcher) {
		mo->launcher = pid > 0 ? pid : 0;
		mo->launching_since = clock_ms();
		return;
	}
	if (clock_ms() < mo->launching_since + LONGEST_MS + monitor_num(mo, "dispatch_wait") * 2000)
		return;
	snprintf(number, sizeof number, "%ld", (long)pid);
	history_add(mo->t.fd, "launch_ended", (const char *const[]){ "pid", number, "because", "it did not end by itself", NULL });
	mo->say(mo, "a launch did not end, and was ended: process", number);
	stop_launch(&mo->t, 0);
	mo->launcher = 0;
}
