/* session - DIR/session_id: the agent's session in which the task is done */
#include "task/session.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/uuid.h"
#include "file/file.h"

static int
is_id(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	return n > 0 && !s[n] && n < SESSION_ID && s[0] != '-';
}

void
session_load(int dir, char id[SESSION_ID])
{
	if (file_read(dir, "session_id", id, SESSION_ID) <= 0)
		id[0] = 0;
	id[strcspn(id, "\n")] = 0;
	if (!is_id(id))
		id[0] = 0;
}

int
session_store(int dir, const char *id)
{
	if (!is_id(id)) {
		errno = EINVAL;
		return -1;
	}
	return file_replace(dir, "session_id", id, strlen(id), 0600, FILE_FULL);
}

int
session_renew(int dir, int pinned)
{
	char id[UUID_TEXT];

	if (pinned)
		return uuid_random(id) ? -1 : session_store(dir, id);
	return unlinkat(dir, "session_id", 0) && errno != ENOENT ? -1 : 0;
}
