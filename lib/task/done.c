/* done - DIR/done: the task has ended, and how */
#include "task/done.h"

#include <stdio.h>

#include "file/file.h"

enum { LINE = 64 };

int
done_write(int dir, const struct manifest *m)
{
	char line[LINE];
	int n = snprintf(line, sizeof line, "%s %lld\n", status_word(manifest_status(m)),
		manifest_num(m, "exit_code", EX_SYSTEM));

	return file_replace(dir, "done", line, (size_t)n, 0600, FILE_FULL);
}

void
done_believe(int dir, struct manifest *m)
{
	char line[LINE], status[16], code[8];

	if (status_terminal(manifest_status(m))
		|| file_read(dir, "done", line, sizeof line) <= 0
		|| sscanf(line, "%15s %7[0-9]", status, code) != 2
		|| !status_terminal(status_parse(status)))
		return;
	manifest_set(m, "status", status);
	manifest_set(m, "exit_code", code);
}
