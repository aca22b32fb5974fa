/* failures - what one hook remembers for the next */
#include "hook/failures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long
value(const char *text, const char *key, int base)
{
	size_t n = strlen(key);

	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!strncmp(p, key, n) && p[n] == '=')
			return strtoull(p + n + 1, NULL, base);
	}
	return 0;
}

void
failures_parse(struct failures *s, const char *text)
{
	s->seen = value(text, "seen", 16);
	s->seen_at = (long long)value(text, "seen_at", 10);
	s->error = value(text, "error", 16);
	s->count = (long long)value(text, "count", 10);
	s->triage_at = (long long)value(text, "triage_at", 10);
	if (s->count < 0 || s->count > 1000000000)
		s->count = 0;
}

size_t
failures_text(const struct failures *s, char buf[FAILURES_SIZE])
{
	return (size_t)snprintf(buf, FAILURES_SIZE,
	                        "seen=%llx\nseen_at=%lld\nerror=%llx\ncount=%lld\ntriage_at=%lld\n",
	                        s->seen, s->seen_at, s->error, s->count, s->triage_at);
}

/* False also when the clock was set back, or `since` would last until it catches up. */
static int
within(long long since, long long now, long long secs)
{
	return now >= since && now - since < secs;
}

int
failures_twice(struct failures *s, unsigned long long payload, long long now)
{
	if (s->seen == payload && within(s->seen_at, now, FAILURES_TWICE_S))
		return 1;
	s->seen = payload;
	s->seen_at = now;
	return 0;
}

static int
due(long long count)
{
	while (count > FAILURES_STUCK && count % 2 == 0)
		count /= 2;
	return count == FAILURES_STUCK;
}

enum failures_word
failures_add(struct failures *s, unsigned long long failure, long long now)
{
	if (s->count == 0 || s->error != failure)
		s->count = 0;
	s->error = failure;
	s->count++;
	if (due(s->count))
		return FAILURES_TELL;
	if (s->triage_at && within(s->triage_at, now, FAILURES_TRIAGE_S))
		return FAILURES_LATER;
	s->triage_at = now;
	return FAILURES_ASK;
}
