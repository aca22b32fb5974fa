/* history_scan - what has happened before, as the end of a history has it */
#include "triage/history_scan.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* A line of history. */
struct past {
	const char *s, *end;
};

/* The value of key as it stands there, less its quotes; its length in *n; "" if it has none. */
static const char *
field(const struct past *l, const char *key, size_t *n)
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
same_field(const struct past *a, const struct past *b, const char *key)
{
	size_t n, m;
	const char *p = field(a, key, &n), *q = field(b, key, &m);

	return n == m && !memcmp(p, q, n);
}

static int
field_begins(const struct past *l, const char *key, const char *with)
{
	size_t n, k = strlen(with);
	const char *s = field(l, key, &n);

	return n >= k && !strncmp(s, with, k);
}

/* "TIME NAME ..."; name has its blanks. */
static int
is(const struct past *l, const char *name)
{
	size_t at = CLOCK_UTC - 1, n = strlen(name);

	return (size_t)(l->end - l->s) > at + n && !strncmp(l->s + at, name, n);
}

/* "TIME hook event=..." of an event that begins so; one that two settings files brought counts once. */
static int
is_hook(const struct past *l, const char *event)
{
	return is(l, " hook ") && field_begins(l, "event=", event) && !field_begins(l, "decision=", "twice");
}

/* Back by a line, from its beginning or the end of all. 0 if there is none. */
static int
back(struct past *l, const char *history)
{
	if (l->s == history)
		return 0;
	l->end = l->s - 1; /* its newline */
	for (l->s = l->end; l->s > history && l->s[-1] != '\n'; )
		l->s--;
	return 1;
}

static int
same(const struct past *a, const struct past *b)
{
	return same_field(a, b, "event=") && same_field(a, b, "tool=") && same_field(a, b, "text=");
}

int
history_scan_failures(const char *history, size_t n, char *buf, size_t size)
{
	struct past l = { history + n, history + n }, last = { NULL, NULL };
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
	struct past l = { history + n, history + n };
	int events = 0;

	while (back(&l, history)) {
		if (is(&l, " triage ") && field_begins(&l, "then=", "nudge"))
			return events > 0;
		events += is(&l, " hook ") && field_begins(&l, "decision=", "triage");
	}
	return 0;
}
