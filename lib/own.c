/* own - runs another program of this installation to its end */
#include "own.h"

#include <signal.h>
#include <stdio.h>

#include "err.h"

int
own_run_for(const char *name, const char *const *words, int in, enum spawn_group group, long ms)
{
	char rel[64], path[PATH_MAX];
	char *argv[OWN_WORDS + 2] = { path };
	struct spawn s = { .argv = argv, .fd = { in, -1, 2 }, .group = group };
	int wstatus, late;
	pid_t pid;

	for (int i = 1; i <= OWN_WORDS && *words; i++)
		argv[i] = (char *)*words++;
	snprintf(rel, sizeof rel, "bin/%s", name);
	if (spawn_own(rel, path, sizeof path))
		return EX_NOTFOUND;
	pid = spawn_start(&s, NULL);
	if (pid < 0 || (late = spawn_wait_for(pid, &wstatus, ms)) < 0)
		return EX_SYSTEM;
	if (!late)
		return spawn_code(wstatus);
	kill(group == SPAWN_SAME ? pid : -pid, SIGKILL);
	spawn_wait(pid, NULL);
	return EX_TIMEOUT;
}

int
own_run(const char *name, const char *const *words, int in, enum spawn_group group)
{
	return own_run_for(name, words, in, group, -1);
}
