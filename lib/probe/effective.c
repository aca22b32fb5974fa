/* effective - the settings in force for a task, whose kind or agent's file may have a say */
#include "probe/effective.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file/file.h"
#include "task/config_table.h"

enum { NUMBER = 24 };

int
effective_service(const struct task *t, const struct manifest *m, const struct config *c)
{
	return file_there(t->fd, "command") == 1 && strcmp(config_get(c, m, "restart"), "never");
}

/* A service is to run for ever, and a person ends an interactive agent. */
long long
effective_deadline(const struct task *t, const struct manifest *m, const struct config *c)
{
	if ((effective_service(t, m, c) || *manifest_get(m, "interactive"))
		&& !config_set(c, m, "deadline"))
		return 0;
	return config_num(c, m, "deadline");
}

long long
effective_silence(const struct manifest *m, const struct config *c, const struct agent *a,
	char *from)
{
	const char *own = a ? agent_get(a, "silence") : NULL;
	int streams = a && agent_read(a) == READ_PIPE && !*manifest_get(m, "interactive");
	char where[CONFIG_FROM];

	from = from ? from : where;
	/* A command or an agent at its prompt may be silent, unless the task sets a limit. */
	if (streams ? config_set(c, m, "silence") : *manifest_get(m, "silence"))
		return strtoll(config_from(c, m, "silence", 0, from), NULL, 10);
	if (streams && own && !config_set(c, m, "base")) {
		snprintf(from, CONFIG_FROM, "%s", a->file);
		return strtoll(own, NULL, 10);
	}
	snprintf(from, CONFIG_FROM, streams ? "3 x base" : "none by default for such a task");
	return streams ? 3 * config_num(c, m, "base") : 0;
}

void
effective_each(const struct task *t, const struct manifest *m, const struct config *c,
	const struct agent *a, void (*out)(const char *key, const char *val, const char *from))
{
	char from[CONFIG_FROM], number[NUMBER];
	const struct setting *s;
	const char *val;

	for (size_t n = 0; (s = config_table_at(n)); n++)
		for (int i = 0; (val = config_from(c, m, s->key, i, from)); i++) {
			if (!strcmp(s->key, "silence")) {
				long long silence = effective_silence(m, c, a, from);

				snprintf(number, sizeof number, "%lld", silence);
				val = silence ? number : "";
			} else if (!strcmp(s->key, "deadline") && !effective_deadline(t, m, c)) {
				snprintf(from, sizeof from, "none by default for such a task");
				val = "";
			}
			out(s->key, val, from);
		}
}
