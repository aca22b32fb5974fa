/* worktree - the working tree of a task, and what it was made of: calls lib/plugins/worktree/git */
#include "task/worktree.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "proc/run.h"
#include "proc/which.h"

int
worktree_call(const char *const *args, char *out, size_t size, long ms)
{
	char path[PATH_MAX], *argv[WORKTREE_ARGS + 3] = { path, (char *)prog };
	struct run r = { .spawn = { .argv = argv, .fd = { -1, -1, 2 } }, .out = out,
		.out_size = size, .ms = ms };
	int code = -1;

	for (int i = 2; i < WORKTREE_ARGS + 2 && *args; i++)
		argv[i] = (char *)*args++;
	if (!which_own("lib/plugins/worktree/git", path, sizeof path))
		code = run_program(&r);
	if (code >= 0)
		return code;
	err_warn("run lib/plugins/worktree/git:");
	return errno == ENOENT ? EX_NOTFOUND : EX_SYSTEM;
}

int
worktree_likely(const char *dir)
{
	char path[PATH_MAX + 8];
	size_t n = strlen(dir);

	for (;;) {
		while (n && dir[n - 1] == '/')
			n--;
		snprintf(path, sizeof path, "%.*s/.git", (int)n, dir);
		if (!access(path, F_OK))
			return 1;
		if (!n)
			return 0;
		while (n && dir[n - 1] != '/')
			n--;
	}
}
