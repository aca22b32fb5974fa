/* summary - the last line of output.log: how the task, or an attempt, ended */
#include "task/summary.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/when.h"
#include "file/file.h"
#include "file/regular.h"
#include "task/manifest.h"
#include "task/progress.h"
#include "text/strip.h"

enum { TAIL = 2048, CAUSE = 160, LINE = 512 };

/* "check_failed: exit 1" is the form for programs. */
static void
reason(const struct manifest *m, const char *cause, char buf[LINE])
{
	static const char check[] = "check_failed: ";
	const char *said = manifest_get(m, "abandon_reason");

	if (!*said)
		said = manifest_get(m, "reason");
	if (strncmp(said, check, sizeof check - 1))
		snprintf(buf, LINE, "%.300s", said);
	else
		snprintf(buf, LINE, "check failed (%.40s)%s%.*s", said + sizeof check - 1,
			*cause ? ": " : "", CAUSE, cause);
}

/* cause: the last line that the check printed, or "". */
static void
format(const struct manifest *m, const struct progress *p, const char *cause,
	char buf[LINE])
{
	enum status s = manifest_status(m);
	long long from = clock_parse(manifest_get(m, "started_at")),
		to = clock_parse(manifest_get(m, "finished_at")), n = manifest_num(m, "attempt", 0);
	char why[LINE], line[2 * LINE], took[WHEN_TEXT], cost[32] = "";

	when_span(from > 0 && to > from ? to - from : 0, took);
	reason(m, cause, why);
	if (p->cost_usd > 0)
		snprintf(cost, sizeof cost, ", $%.2f", p->cost_usd);
	if (s == ST_COMPLETED)
		snprintf(line, sizeof line, "== completed in %s, %lld attempt%s%s", took, n,
			n == 1 ? "" : "s", cost);
	else if (s == ST_STOPPED)
		snprintf(line, sizeof line, "== stopped after %s; rca-launch -r carries it on",
			took);
	else if (status_terminal(s) || s == ST_ABANDONED)
		snprintf(line, sizeof line, "== %s: %.300s; rca-launch -r carries it on",
			status_word(s), why);
	else
		snprintf(line, sizeof line, "== attempt %lld %s%s%.300s", n, status_word(s),
			*why ? ": " : "", why);
	oneline(buf, LINE, line, strlen(line));
}

/* The last line of text that is not blank. */
static const char *
last_line(char *text)
{
	size_t n = strlen(text);
	char *nl;

	while (n > 0 && strchr(" \t\r\n", text[n - 1]))
		text[--n] = 0;
	nl = strrchr(text, '\n');
	return nl ? nl + 1 : text;
}

void
summary_log(const struct task *t)
{
	char line[LINE + 1], check[TAIL], cause[CAUSE], log[TAIL], why[WHY];
	const char *said = "";
	struct progress p;
	struct manifest m;
	long long last;
	size_t n;

	/* a task that never ran has no log */
	if (manifest_read(t->fd, &m, why) || !manifest_num(&m, "attempt", 0))
		return;
	progress_load(t->fd, &p, &last);
	if (!strncmp(manifest_get(&m, "reason"), "check_failed", 12) &&
		regular_part(t->fd, "check.log", 1, check, sizeof check) > 0)
		said = last_line(check);
	oneline(cause, sizeof cause, said, strlen(said));
	format(&m, &p, cause, line);
	if (regular_part(t->fd, "output.log", 1, log, sizeof log) > 0 &&
		!strcmp(last_line(log), line))
		return;
	n = strlen(line);
	line[n] = '\n';
	file_append(t->fd, "output.log", line, n + 1);
}
