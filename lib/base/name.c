/* name - the names of tasks, agents, engines and notifiers */
#include "base/name.h"

#include <string.h>

int
name_ok(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n < NAME_SIZE && !name[n] && name[0] != '-' && name[n - 1] != '-';
}
