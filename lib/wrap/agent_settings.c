/* agent_settings - DIR/settings.json; anew for each attempt, as this installation may have moved */
#include "wrap/agent_settings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/settings.h"
#include "agent/template.h"
#include "base/pairs.h"
#include "file/file.h"
#include "proc/which.h"
#include "task/history.h"

static int
wanted(const struct agent *a)
{
	static const char *const lines[] = {
		"start", "resume", "interactive", "interactive_resume"
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (agent_get(a, lines[i]) && template_names(agent_get(a, lines[i]), "settings"))
			return 1;
	return 0;
}

static int
write_file(const struct task *t, char why[WHY])
{
	char program[PATH_MAX], *text;
	size_t n;
	int r;

	if (which_own("bin/rca-hook", program, sizeof program))
		return err_why(why, "find rca-hook:");
	if (settings_add("{}\n", 3, SETTINGS_CLAUDE, program, &text, &n, why))
		return -1;
	r = file_replace(t->fd, "settings.json", text, n, 0600, FILE_LOOSE);
	free(text);
	return r ? err_why(why, "replace settings.json:") : 0;
}

void
agent_settings_write(const struct attempt *a, char *buf, size_t size)
{
	char why[WHY];

	*buf = '\0';
	if (!wanted(a->agent) || !strcmp(config_get(&a->conf, a->m, "hooks"), "no"))
		return;
	if (write_file(a->task, why))
		history_add(a->task->fd, "hook_failed", PAIRS("program", "rca-hook", "error", why));
	else if (snprintf(buf, size, "%s/settings.json", a->task->path) >= (int)size)
		*buf = '\0';
}
