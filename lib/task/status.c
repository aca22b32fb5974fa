/* status - the status of a task, and its words */
#include "task/status.h"

#include <string.h>

#include "base/buf.h"

static const char *const words[] = {"created", "launching", "running", "completed", "failed",
	"stopped", "crashed", "hung", "limited", "abandoned"};

_Static_assert(sizeof words / sizeof words[0] == ST_LAST, "a word for each status");

const char *
status_word(enum status s)
{
	return s < ST_LAST ? words[s] : "unknown";
}

const char *
status_all(void)
{
	static char all[16 * ST_LAST];
	struct buf b = { all, sizeof all, 0, 0 };

	for (int s = 0; s < ST_LAST; s++)
		buf_printf(&b, " %s", words[s]);
	return all;
}

enum status
status_parse(const char *word)
{
	int s = 0;

	while (s < ST_LAST && strcmp(words[s], word) != 0)
		s++;
	return (enum status)s;
}

int
status_terminal(enum status s)
{
	return s == ST_COMPLETED || s == ST_FAILED || s == ST_STOPPED;
}
