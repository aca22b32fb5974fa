/* own - runs another program of this installation to its end */
#include "own.h"

#include <stdio.h>

#include "err.h"

int
own_run(const char *name, const char *const *words, int in, enum spawn_group group)
{
	char rel[64], path[PATH_MAX];
	char *argv[OWN_WORDS + 2] = { path };
	struct spawn s = { .argv = argv, .fd = { in, -1, 2 }, .group = group };
	int wstatus;
	pid_t pid;

	for (int i = 1; i <= OWN_WORDS && *words; i++)
		argv[i] = (char *)*words++;
	snprintf(rel, sizeof rel, "bin/%s", name);
	if (spawn_own(rel, path, sizeof path))
		return EX_NOTFOUND;
	pid = spawn_start(&s, NULL);
	if (pid < 0 || spawn_wait(pid, &wstatus))
		return EX_SYSTEM;
	return spawn_code(wstatus);
}
