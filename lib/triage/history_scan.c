/* history_scan - finds repeated failures, and events since a nudge, in a history */
#include "triage/history_scan.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

struct line {
	const char *s, *end;
};

/* The value of key as written, without its quotes, and its length; "" if it is missing. */
static const char *
field(const struct line *l, const char *key, size_t *n)
{
	size_t k = strlen(key);

	for (const char *p = l->s; p + k < l->end; p++) {
		const char *q;
		char stop = ' ';

		if (*p != ' ' || strncmp(p + 1, key, k))
			continue;
		p += 1 + k;
		if (p < l->end && *p == '"')
			stop = *p++;
		for (q = p; q < l->end && *q != stop; q++)
			q += *q == '\\' && q + 1 < l->end;
		*n = (size_t)(q - p);
		return p;
	}
	*n = 0;
	return "";
}

static int
same_field(const struct line *a, const struct line *b, const char *key)
{
	size_t n, m;
	const char *p = field(a, key, &n), *q = field(b, key, &m);

	return n == m && !memcmp(p, q, n);
}

static int
field_begins(const struct line *l, const char *key, const char *with)
{
	size_t n, k = strlen(with);
	const char *s = field(l, key, &n);

	return n >= k && !strncmp(s, with, k);
}

/* "TIME NAME ..."; name has a blank at both ends. */
static int
is(const struct line *l, const char *name)
{
	size_t at = CLOCK_UTC - 1, n = strlen(name);

	return (size_t)(l->end - l->s) > at + n && !strncmp(l->s + at, name, n);
}

/* "TIME hook event=..." with that beginning; one that came twice (failures.h) counts once. */
static int
is_hook(const struct line *l, const char *event)
{
	return is(l, " hook ") && field_begins(l, "event=", event) &&
	       !field_begins(l, "decision=", "twice");
}

/* Moves l, which begins at the end of the history, one line back. 0: no line is left. */
static int
back(struct line *l, const char *history)
{
	if (l->s == history)
		return 0;
	l->end = l->s - 1; /* its newline */
	for (l->s = l->end; l->s > history && l->s[-1] != '\n'; )
		l->s--;
	return 1;
}

static int
same(const struct line *a, const struct line *b)
{
	return same_field(a, b, "event=") && same_field(a, b, "tool=") && same_field(a, b, "text=");
}

int
history_scan_failures(const char *history, size_t n, char *buf, size_t size)
{
	struct line l = { history + n, history + n }, last = { NULL, NULL };
	int count = 0;

	*buf = 0;
	while (back(&l, history)) {
		if (is_hook(&l, "StopFailure") || is_hook(&l, "PostToolUseFailure")) {
			if (!last.s)
				last = l;
			else if (!same(&l, &last))
				break;
			count++;
		} else if (is_hook(&l, "Stop")) {
			break;
		}
	}
	if (last.s) {
		const char *text = field(&last, "text=", &n);

		snprintf(buf, size, "%.*s", (int)n, text);
	}
	return count;
}

int
history_scan_since_nudge(const char *history, size_t n)
{
	struct line l = { history + n, history + n };
	int events = 0;

	while (back(&l, history)) {
		if (is(&l, " triage ") && field_begins(&l, "then=", "nudge"))
			return events > 0;
		events += is(&l, " hook ") && field_begins(&l, "decision=", "triage");
	}
	return 0;
}
