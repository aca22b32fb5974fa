/* summary - how a task, or an attempt, ended: the last line of output.log */
#include "task/summary.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/when.h"
#include "file/log_times.h"
#include "file/regular.h"
#include "task/advice.h"
#include "task/manifest.h"
#include "task/progress.h"
#include "text/strip.h"

enum { TAIL = 2048, CAUSE = 160, LINE = SUMMARY_LINE };

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

/* "check_failed: exit 1" is the form for programs; the check's last line says more. */
static void
failed_check(const struct task *t, const char *code, char buf[LINE])
{
	char log[TAIL], cause[CAUSE];
	const char *said = "";

	if (regular_part(t->fd, "check.log", 1, log, sizeof log) > 0)
		said = last_line(log);
	oneline(cause, sizeof cause, said, strlen(said));
	snprintf(buf, LINE, "check failed (%.40s)%s%s", code, *cause ? ": " : "", cause);
}

void
summary_reason(const struct task *t, const struct manifest *m, char buf[SUMMARY_LINE])
{
	enum status s = manifest_status(m);
	static const char check[] = "check_failed: ";
	const char *why = manifest_get(m, "reason"), *gave_up = manifest_get(m, "abandon_reason");
	int own = !strcmp(gave_up, "deadline") || !strcmp(gave_up, "signal");

	*buf = '\0';
	if (s == ST_ABANDONED)
		snprintf(buf, LINE, "%.60s%s%.240s", gave_up, own || !*why ? "" : ": ",
			own ? "" : why);
	else if (!strncmp(why, check, sizeof check - 1))
		failed_check(t, why + sizeof check - 1, buf);
	else if (*why && strcmp(why, status_word(s)) && strcmp(why, "stop"))
		snprintf(buf, LINE, "%.300s", why);
}

static void
completed(const struct task *t, const struct manifest *m, const char *took, char buf[LINE])
{
	long long n = manifest_num(m, "attempt", 0), last;
	char cost[32] = "";
	struct progress p;

	if (!progress_load(t->fd, &p, &last) && p.cost_usd >= 0.005)
		snprintf(cost, sizeof cost, ", $%.2f", p.cost_usd);
	snprintf(buf, LINE, "== completed in %s, %lld attempt%s%s", took, n, n == 1 ? "" : "s",
		cost);
}

int
summary_line(const struct task *t, const struct manifest *m, int lost, char buf[SUMMARY_LINE])
{
	enum status s = manifest_status(m);
	long long from = clock_parse(manifest_get(m, "started_at")),
		to = clock_parse(manifest_get(m, "finished_at")), n = manifest_num(m, "attempt", 0);
	const char *at = manifest_get(m, "resume_at");
	char said[LINE], why[LINE + 2] = "", line[2 * LINE], took[WHEN_TEXT], next[48] = "";
	int over = status_terminal(s) || s == ST_ABANDONED;
	const char *command = advice_command(m, lost && !over);

	if (*command)
		snprintf(next, sizeof next, "; %s carries it on", command);
	when_span(from > 0 && to > from ? to - from : 0, took);
	summary_reason(t, m, said);
	if (*said)
		snprintf(why, sizeof why, ": %s", said);
	if (s == ST_COMPLETED)
		completed(t, m, took, line);
	else if (s == ST_STOPPED)
		snprintf(line, sizeof line, "== stopped after %s%s%s", took, why, next);
	else if (over)
		snprintf(line, sizeof line, "== %s%s%s", status_word(s), why, next);
	else if (lost)
		snprintf(line, sizeof line, "== lost: no process works on it any more (%s)%s",
			status_word(s), next);
	else
		snprintf(line, sizeof line, "== attempt %lld %s%s%s%.32s", n, status_word(s), why,
			*at ? "; resumes " : "", at);
	oneline(buf, LINE, line, strlen(line));
	return lost || over || (n > 0 && s != ST_LAST && s > ST_STOPPED);
}

int
summary_missing(const struct task *t, const char *line)
{
	char log[TAIL];

	return regular_part(t->fd, "output.log", 1, log, sizeof log) <= 0 ||
		strcmp(last_line(log), line) != 0;
}

void
summary_log(const struct task *t)
{
	char line[SUMMARY_LINE + 1], why[WHY];
	struct manifest m;
	size_t n;

	if (manifest_read(t->fd, &m, why) || !summary_line(t, &m, 0, line) ||
		!summary_missing(t, line))
		return;
	n = strlen(line);
	line[n] = '\n';
	log_times_append(t->fd, "output.log", line, n + 1);
}
