/*
 * answer - reads the verdict out of a model's answer
 *
 * The model has read what a hostile program may have written. So nothing of its answer is passed on
 * but one of five words, and in doubt that is ESCALATE, which asks a person.
 */
#include "triage/answer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "text/strip.h"

enum { BACK = 3 }; /* tokens before a word in which a "not" denies it */

/* Where a word stands in the answer. */
enum tier { ALONE, CAPITALS, AT_START, TIERS, NOWHERE = TIERS };

struct token {
	const char *s;
	size_t n;
	int broken; /* punctuation stands before it */
};

struct text {
	char s[ANSWER_MAX + 1];
	size_t n;
};

static int
keep(void *ctx, const char *s, size_t n)
{
	struct text *t = ctx;
	size_t room = sizeof t->s - 1 - t->n;

	n = n < room ? n : room;
	memcpy(t->s + t->n, s, n);
	t->n += n;
	return 0;
}

static void
clean(struct text *t, const char *answer, size_t n)
{
	struct strip strip;

	t->n = 0;
	strip_init(&strip);
	strip_feed(&strip, answer, n < ANSWER_MAX ? n : ANSWER_MAX, keep, t);
	strip_flush(&strip, keep, t);
	t->s[t->n] = 0;
}

/* Bytes of the character at s; strip made the text well-formed, but its end may be cut. */
static size_t
character(const char *s, const char *end)
{
	int n = utf8_seq(s, (size_t)(end - s));

	return n > 0 ? (size_t)n : (size_t)(end - s);
}

/* Bytes of the letter at s; 0 for punctuation: also U+2000 to U+2FFF (dashes, ticks) and emoji. */
static size_t
letter(const char *s, const char *end)
{
	unsigned char c = (unsigned char)*s;

	if (c < 0x80)
		return c == '_' || (c >= '0' && c <= '9') ||
		       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	return c == 0xe2 || c >= 0xf0 ? 0 : character(s, end);
}

/* Reads the next token and moves *s behind it. 0: none before end. */
static int
next_token(const char **s, const char *end, struct token *t)
{
	size_t n;

	for (t->broken = 0; *s < end && !letter(*s, end); *s += character(*s, end))
		t->broken |= strchr(".,:;!?", **s) != NULL;
	for (t->s = *s; *s < end && (n = letter(*s, end)); *s += n)
		;
	t->n = (size_t)(*s - t->s);
	return t->n > 0;
}

static int
is(const struct token *t, const char *word)
{
	return t->n == strlen(word) && !strncasecmp(t->s, word, t->n);
}

static int
is_any(const struct token *t, const char *const *list)
{
	for (; *list; list++)
		if (is(t, *list))
			return 1;
	return 0;
}

/* "not" and the like; also the t of isn't, don't, can't, which is a token of its own. */
static int
denies(const struct token *t, const char *line)
{
	static const char *const deniers[] = {
		"not", "never", "no", "nor", "neither", "cannot", "without", "nothing", "hardly",
		"isnt", "dont", "arent", NULL
	};
	static const char *const quotes[] = { "'", "\xe2\x80\x99" };

	for (size_t i = 0; t->n == 1 && (*t->s | 0x20) == 't' && i < 2; i++) {
		size_t n = strlen(quotes[i]);
		const char *q = t->s - n;

		if ((size_t)(t->s - line) > n && !strncmp(q, quotes[i], n) && (q[-1] | 0x20) == 'n')
			return 1;
	}
	return is_any(t, deniers);
}

/* A word that may stand before the verdict on a line of its own. */
static int
introduces(const struct token *t)
{
	static const char *const labels[] = {
		"verdict", "answer", "status", "judgement", "judgment", "result", "word",
		"conclusion", "decision", "assessment", "the", "my", "final", "is", "a", NULL
	};

	return is_any(t, labels);
}

/* The verdict that begins at t, and its last token: "needs nudge" has two. VERDICT_LAST: none. */
static enum verdict
match(const struct token *t, const char *end, struct token *last)
{
	const char *s = t->s + t->n;

	*last = *t;
	for (int v = 0; v < VERDICT_LAST; v++)
		if (is(t, verdict_word((enum verdict)v)))
			return (enum verdict)v;
	if (is(t, "needs") && s < end && (*s == ' ' || *s == '-') && next_token(&s, end, last) &&
	    is(last, "nudge") && last->s == t->s + t->n + 1)
		return NEEDS_NUDGE;
	*last = *t;
	return VERDICT_LAST;
}

static int
in_capitals(const struct token *from, const struct token *to)
{
	for (const char *s = from->s; s < to->s + to->n; s++)
		if (*s >= 'a' && *s <= 'z')
			return 0;
	return 1;
}

/* A part of another word: fine-grained, well-done; but not FINE/STUCK. */
static int
compound(const struct token *from, const struct token *to, const char *line, const char *end)
{
	const char *before = from->s, *after = to->s + to->n;

	return (before - line >= 2 && before[-1] == '-' && letter(before - 2, end)) ||
	       (end - after >= 2 && *after == '-' && letter(after + 1, end));
}

/* The rest of the line: 0 decoration; 1 words after punctuation; 2 the sentence goes on. */
static int
follows(const char *s, const char *end)
{
	int stop = 0;

	for (; s < end; s += character(s, end)) {
		if (letter(s, end))
			return stop ? 1 : 2;
		stop |= strchr(" *_`\"')]}", *s) == NULL;
	}
	return 0;
}

static void
read_line(const char *line, const char *end, unsigned found[TIERS])
{
	struct token t, last;
	int alone = 1, denied = 0;
	const char *s = line;

	/* A line of the question, which marks quoted data so. */
	if (s < end && *s == '|')
		return;
	while (next_token(&s, end, &t)) {
		enum verdict v = match(&t, end, &last);
		enum tier tier = NOWHERE;

		denied = t.broken ? 0 : denied - (denied > 0);
		if (v != VERDICT_LAST && !compound(&t, &last, line, end) && !denied) {
			int after = follows(last.s + last.n, end);

			if (alone && after == 0)
				tier = ALONE;
			else if (in_capitals(&t, &last))
				tier = CAPITALS;
			else if (alone && after == 1)
				tier = AT_START;
		}
		if (tier != NOWHERE)
			found[tier] |= 1u << v;
		if (denies(&t, line))
			denied = BACK + 1;
		alone = alone && introduces(&t);
		s = last.s + last.n;
	}
}

static enum verdict
first(unsigned set)
{
	int v = 0;

	while (v < VERDICT_LAST && !(set & 1u << v))
		v++;
	return (enum verdict)v;
}

enum verdict
answer_read(const char *answer, size_t n, char why[ANSWER_WHY])
{
	unsigned found[TIERS] = { 0 }, set = 0, more;
	struct text t;
	const char *end;

	clean(&t, answer, n);
	end = t.s + t.n;
	for (const char *s = t.s, *nl; s < end; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(end - s));
		nl = nl ? nl : end;
		read_line(s, nl, found);
	}
	for (int i = 0; i < TIERS && !set; i++)
		set = found[i];
	more = set & (set - 1);
	*why = 0;
	if (set && !more)
		return first(set);
	if (set)
		snprintf(why, ANSWER_WHY, "the model's answer has more than one word: %s and %s",
		         verdict_word(first(set)), verdict_word(first(more)));
	else if (t.s[strspn(t.s, " \t\n")])
		snprintf(why, ANSWER_WHY, "the model's answer has none of the five words");
	else
		snprintf(why, ANSWER_WHY, "the model's answer is empty");
	return ESCALATE;
}
