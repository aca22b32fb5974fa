/* queued - a task that waits for its turn */
#include "task/queued.h"

#include <stdio.h>
#include <string.h>

enum queued
queued_by(const char *reason)
{
	if (strncmp(reason, "queued (", 8) != 0)
		return QUEUED_NOT;
	return strcmp(reason + 8, "slot)") ? QUEUED_ENGINE : QUEUED_SLOT;
}

enum queued
queued_in(const struct manifest *m)
{
	return manifest_status(m) == ST_LAUNCHING ? queued_by(manifest_get(m, "reason"))
		: QUEUED_NOT;
}

char *
queued_reason(const char *what, char buf[QUEUED_REASON])
{
	snprintf(buf, QUEUED_REASON, "queued (%.140s)", *what ? what : "waits for its turn");
	return buf;
}
