/*
 * answer - the one word that a model's answer means
 *
 * The model has read what a hostile program may have written. So nothing of the answer is passed on but one of five words, and wherever there is doubt it is the one that asks a person.
 */
#include "triage/answer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "text/strip.h"

enum { BACK = 3 }; /* tokens before a word among which "not" denies it */

/* How a word stands in the answer. */
enum tier { ALONE, CAPITALS, AT_START, TIERS, NOWHERE = TIERS };

struct token {
	const char *s;
	size_t n;
	int broken; /* a sentence or a part of one ends before it */
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

/* How many bytes the character at s has; what strip gives out is well-formed, but may be cut at the end. */
static size_t
character(const char *s, const char *end)
{
	int n = utf8_seq(s, (size_t)(end - s));

	return n > 0 ? (size_t)n : (size_t)(end - s);
}

/* U+2000 to U+2FFF (dashes, quotes, arrows, ticks) and emoji are no letters, all else beyond ASCII is. How many bytes of a letter are at s. */
static size_t
letter(const char *s, const char *end)
{
	unsigned char c = (unsigned char)*s;

	if (c < 0x80)
		return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	return c == 0xe2 || c >= 0xf0 ? 0 : character(s, end);
}

/* The next token from *s. 0: there is none before end. */
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

/* "it's" in pieces: the t of isn't, don't, can't. */
static int
denies(const struct token *t, const char *line)
{
	static const char *const deniers[] = { "not", "never", "no", "nor", "neither", "cannot", "without", "nothing", "hardly", "isnt", "dont", "arent", NULL };
	int nt = t->n == 1 && (*t->s | 0x20) == 't' && t->s - line >= 2 && (t->s[-2] | 0x20) == 'n' && t->s[-1] == '\'';
	int curly = t->n == 1 && (*t->s | 0x20) == 't' && t->s - line >= 4 && (t->s[-4] | 0x20) == 'n' && !strncmp(t->s - 3, "\xe2\x80\x99", 3);

	return nt || curly || is_any(t, deniers);
}

/* What may stand before a word that is the line's whole message. */
static int
introduces(const struct token *t)
{
	static const char *const labels[] = { "verdict", "answer", "status", "judgement", "judgment", "result", "word", "conclusion", "decision", "assessment", "the", "my", "final", "is", "a", NULL };

	return is_any(t, labels);
}

/* The verdict that token is, VERDICT_LAST: none. "needs nudge" is two tokens: *more is then to be stepped over. */
static enum verdict
match(const struct token *t, const char *end, struct token *last)
{
	const char *s = t->s + t->n;

	*last = *t;
	for (int v = 0; v < VERDICT_LAST; v++)
		if (is(t, verdict_word((enum verdict)v)))
			return (enum verdict)v;
	if (is(t, "needs") && s < end && (*s == ' ' || *s == '-') && next_token(&s, end, last) && is(last, "nudge") && last->s == t->s + t->n + 1)
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

/* A part of another word: fine-grained, well-done, FINE/STUCK is none. */
static int
compound(const struct token *from, const struct token *to, const char *line, const char *end)
{
	const char *after = to->s + to->n;

	return (from->s - line >= 2 && from->s[-1] == '-' && letter(from->s - 2, end)) || (end - after >= 2 && *after == '-' && letter(after + 1, end));
}

/* What follows on the line: 0 nothing but decoration, 1 something after a stop, 2 the sentence goes on. */
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

	/* Data, quoted: our own mark. */
	if (s < end && *s == '|')
		return;
	while (next_token(&s, end, &t)) {
		enum verdict v = match(&t, end, &last);
		enum tier tier = NOWHERE;

		denied = t.broken ? 0 : denied - (denied > 0);
		if (v != VERDICT_LAST && !compound(&t, &last, line, end) && !denied) {
			int after = follows(last.s + last.n, end);

			tier = alone && after == 0 ? ALONE : in_capitals(&t, &last) ? CAPITALS : alone && after == 1 ? AT_START : NOWHERE;
		}
		if (tier != NOWHERE)
			found[tier] |= 1u << v;
		if (denies(&t, line))
			denied = BACK + 1;
		alone = alone && introduces(&t);
		s = last.s + last.n;
	}
}

static int
count(unsigned set)
{
	int n = 0;

	for (; set; set &= set - 1)
		n++;
	return n;
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
	unsigned found[TIERS] = { 0 }, set = 0;
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
	if (count(set) == 1) {
		*why = 0;
		return first(set);
	}
	if (set)
		snprintf(why, ANSWER_WHY, "the model's answer has more than one word: %s and %s", verdict_word(first(set)),
		         verdict_word(first(set & (set - 1))));
	else
		snprintf(why, ANSWER_WHY, t.s[strspn(t.s, " \t\n")] ? "the model's answer has none of the five words" : "the model's answer is empty");
	return ESCALATE;
}
