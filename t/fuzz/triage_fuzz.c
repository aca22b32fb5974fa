/*
 * triage_fuzz - a model's answer gives one of five verdicts and a reason of ours; a task's words
 * stay quoted in the question; failures are counted in any history. max_len: 20000
 */
#include "fuzz.h"
#include "triage/answer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "notice/verdict.h"
#include "text/strip.h"
#include "triage/history_scan.h"
#include "triage/question.h"

/* Whether the stripped answer has the word, in any case; "_" is also " " or "-". */
static int
has_word(const char *s, size_t n, const char *word)
{
	size_t k = strlen(word);

	for (size_t i = 0; i + k <= n; i++) {
		size_t j = 0;

		while (j < k && (toupper((unsigned char)s[i + j]) == word[j] ||
			(word[j] == '_' && strchr(" -", s[i + j]))))
			j++;
		if (j == k)
			return 1;
	}
	return 0;
}

static void
answer(const char *s, size_t n)
{
	char why[ANSWER_WHY], again[ANSWER_WHY];
	enum verdict v = answer_read(s, n, why);
	struct text t = { NULL, 0, 0 };
	struct strip strip;

	HOLDS(v < VERDICT_LAST && answer_read(s, n, again) == v && !strcmp(why, again));
	HOLDS(!*why || (v == ESCALATE && !strncmp(why, "the model's answer ", 19)));
	strip_init(&strip);
	strip_feed(&strip, s, n < ANSWER_MAX ? n : ANSWER_MAX, text_take, &t);
	strip_flush(&strip, text_take, &t);
	HOLDS(*why || has_word(t.s, t.n, verdict_word(v)));
	free(t.s);
}

/* The lines of the question that are not quoted. */
static void
ours(const struct question *q, struct text *t)
{
	char *buf = malloc(QUESTION_SIZE);
	size_t n = question_write(q, buf);

	HOLDS(n <= QUESTION_SIZE && fuzz_clean(buf, n, "\n\t"));
	for (const char *s = buf, *nl; s < buf + n; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(buf + n - s));
		HOLDS(nl);
		if (strncmp(s, "| ", 2))
			text_add(t, s, (size_t)(nl - s) + 1);
	}
	free(buf);
}

static void
question(const char *s, size_t n)
{
	struct question q = { .event = "x", .goal = "x", .check = "x", .status = "x", .reason = "x",
		.agent = "x", .age = "x", .history = "x", .nhistory = 1, .log = "x", .nlog = 1,
		.screen = "x", .nscreen = 1 };
	struct text harmless = { NULL, 0, 0 }, hostile = { NULL, 0, 0 };

	ours(&q, &harmless);
	if (*s)
		q.event = q.goal = q.check = q.status = q.reason = q.agent = q.age = s;
	q.history = q.log = q.screen = s;
	q.nhistory = q.nlog = q.nscreen = n;
	ours(&q, &hostile);
	HOLDS(text_same(&harmless, &hostile));
	free(harmless.s);
	free(hostile.s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *bytes = fuzz_bytes(data, n), *s = fuzz_string(data, n), buf[64];
	int count;

	answer(bytes, n);
	if (n)
		question(s, n);
	count = history_scan_failures(bytes, n, buf, sizeof buf);
	HOLDS(count >= 0 && (count || !*buf) && strlen(buf) < sizeof buf);
	HOLDS(history_scan_since_nudge(bytes, n) <= (n > 0));
	free(bytes);
	free(s);
	return 0;
}
