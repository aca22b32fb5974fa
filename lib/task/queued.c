/* queued - a task that waits for its turn */
#include "task/queued.h"

#include <stdio.h>
#include <string.h>

int
queued_in(const struct manifest *m)
{
	return manifest_status(m) == ST_LAUNCHING &&
		!strncmp(manifest_get(m, "reason"), "queued (", 8);
}

char *
queued_reason(const char *what, char buf[QUEUED_REASON])
{
	snprintf(buf, QUEUED_REASON, "queued (%.140s)", *what ? what : "waits for its turn");
	return buf;
}
