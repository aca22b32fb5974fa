/*
 * hook_fuzz - a hook's payload and the decision on it: the same in any pieces, plain words, bounded
 * texts; and the file that remembers failures, with any content
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "hook/failures.h"
#include "hook/policy.h"

static void
read_in_pieces(const char *s, size_t n, unsigned seed, struct payload *p)
{
	struct payload_reader r;

	payload_begin(&r, p);
	for (size_t at = 0; at < n;) {
		size_t k = seed ? fuzz_piece(&seed, n - at) : n;

		payload_feed(&r, s + at, k);
		at += k;
	}
	payload_end(&r);
}

static int
word(const char *s)
{
	return !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")];
}

static void
judge(const struct payload *p)
{
	for (int i = 0; i < 4; i++) {
		struct ruling r;
		const char *colon;

		policy_decide(p, i & 1, i >> 1, &r);
		HOLDS(r.what != POLICY_ESCALATE || *r.need);
		HOLDS(!(i >> 1) || r.what == POLICY_RECORD);
		HOLDS(*r.event && strlen(r.event) < sizeof r.event &&
			!strpbrk(r.event, " /\n\t'\"$`"));
		colon = strchr(r.event, ':');
		HOLDS(!colon || word(colon + 1));
	}
}

static void
remember(const char *text)
{
	struct failures s, t;
	char buf[FAILURES_SIZE];

	failures_parse(&s, text);
	HOLDS(s.count >= 0);
	failures_add(&s, 7, 1000);
	HOLDS(failures_text(&s, buf) < sizeof buf);
	failures_parse(&t, buf);
	HOLDS(s.count == t.count && s.error == t.error);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct payload whole, pieces;
	char *s = fuzz_bytes(data, n), *text = fuzz_string(data, n);

	read_in_pieces(s, n, 0, &whole);
	read_in_pieces(s, n, fuzz_seed(data, n) | 1, &pieces);
	HOLDS(!memcmp(&whole, &pieces, sizeof whole));
	HOLDS(word(whole.event) && word(whole.session) && word(whole.tool) && word(whole.kind) &&
		word(whole.notice) && word(whole.stop));
	judge(&whole);
	remember(text);
	free(s);
	free(text);
	return 0;
}
