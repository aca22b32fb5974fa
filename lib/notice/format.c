/* format - a notice as one line, and as a JSON object */
#include "notice/format.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "json/quote.h"
#include "notice/format_older.h"
#include "text/strip.h"

enum {
	/* bytes of each part, at most, in the line ... */
	HEAD = 64, WORD = 96, NAME = 200, PATH = 1024, GOAL = 400, SAID = 1400, LAST = 800,
	NEEDED = 300,
	/* ... and in the object */
	VALUE = 4096 + 1, TAIL = 2048,
	PIECE = 256
};

/* Text that strip gives out. */
struct lines {
	struct buf b;
	size_t blanks; /* held back, as they may end a line */
};

/* Cut text ends with a whole character, and with three dots if they fit. */
static void
end_cut(struct buf *b)
{
	if (!b->cut)
		return;
	b->n = utf8_cut(b->s, b->n > 3 ? b->n - 3 : b->n);
	b->cut = 0;
	if (b->size - b->n > 3)
		buf_puts(b, "...");
	b->s[b->n] = 0;
}

static void
trim(struct buf *b, const char *blanks)
{
	while (b->n && strchr(blanks, b->s[b->n - 1]))
		b->s[--b->n] = 0;
}

/* Ends the line unless it is empty: a program that clears its screen leaves many empty lines. */
static int
put_newline(struct lines *l)
{
	l->blanks = 0;
	if (!l->b.cut)
		trim(&l->b, " \t");
	return l->b.n && l->b.s[l->b.n - 1] != '\n' ? buf_put(&l->b, "\n", 1) : l->b.cut;
}

static int
put_words(struct lines *l, const char *s, size_t n)
{
	while (n) {
		size_t k = 0;

		for (; n && *s == ' '; s++, n--)
			l->blanks++;
		while (k < n && s[k] != ' ')
			k++;
		for (; k && l->blanks; l->blanks--)
			if (buf_put(&l->b, " ", 1))
				return 1;
		if (k && buf_put(&l->b, s, k))
			return 1;
		s += k;
		n -= k;
	}
	return l->b.cut;
}

/* Leaves out what a person would not see; in pieces, as most of a long text is not used. */
static int
put_seen(void *ctx, const char *s, size_t n)
{
	int full = 0;

	while (n && !full) {
		size_t piece = n < PIECE ? n : PIECE, k;
		const char *nl = memchr(s, '\n', piece);

		piece = nl ? (size_t)(nl - s) : utf8_cut(s, piece);
		k = utf8_visible(s, piece);
		full = put_words(ctx, s, k);
		if (nl && k == piece && !full)
			full = put_newline(ctx);
		if (k < piece || nl) /* past the invisible character, or the newline */
			k += (size_t)utf8_seq(s + k, n - k);
		s += k;
		n -= k;
	}
	return full;
}

/* Copies src without terminal control, with its lines. */
static void
clean(char *dst, size_t size, const char *src)
{
	struct lines l = { { dst, size, 0, 0 }, 0 };
	struct strip s;

	*dst = 0;
	strip_init(&s);
	if (!strip_feed(&s, src, strlen(src), put_seen, &l))
		strip_flush(&s, put_seen, &l);
	end_cut(&l.b);
	trim(&l.b, " \n");
}

/* Puts the same in one line; bar: without '|', which would look like the next field. */
static void
field(struct buf *b, const char *name, const char *src, size_t most, int bar)
{
	char text[NOTICE_TEXT];

	clean(text, most < sizeof text ? most : sizeof text, src);
	for (char *p = text; *p; p++)
		*p = *p == '\n' || *p == '\t' ? ' ' : *p == '|' && bar ? '/' : *p;
	if (*text || !*name)
		buf_printf(b, "%s%s", name, text);
}

static void
duration(char *buf, size_t size, long long s)
{
	if (s >= 3600)
		snprintf(buf, size, "%lldh %lldm", s / 3600, s / 60 % 60);
	else if (s >= 60)
		snprintf(buf, size, "%lldm %llds", s / 60, s % 60);
	else
		snprintf(buf, size, "%llds", s < 0 ? 0 : s);
}

static void
escalation(struct buf *b, const struct notice *n)
{
	char took[48];

	duration(took, sizeof took, n->duration_s);
	field(b, " | goal: ", n->goal, GOAL, 0);
	field(b, " | status: ", n->status, WORD, 0);
	if (*n->reason) {
		field(b, " (", n->reason, GOAL, 0);
		buf_puts(b, ")");
	}
	buf_printf(b, " | nudges: %lld/%lld | duration: %s", n->nudges, n->max_nudges, took);
	field(b, " | last: ", n->last, LAST, 0);
	field(b, " | needed: ", n->needed, NEEDED, 0);
}

size_t
format_line(const struct notice *n, char buf[NOTICE_LINE])
{
	struct buf b = { buf, NOTICE_LINE, 0, 0 };
	int older = !strcmp(n->prefix, NOTICE_OLDER);
	char event[2 * WORD];

	*buf = 0;
	field(&b, "", n->prefix, HEAD, 0);
	buf_printf(&b, "%s%s", *n->prefix ? " " : "", verdict_word(n->verdict));
	if (older)
		format_older_event(n->event, n->reason, event, sizeof event);
	field(&b, " | ", older ? event : n->event, WORD, 1);
	if (!older)
		field(&b, " | task=", n->task, NAME, 1);
	field(&b, " | cwd=", n->cwd, PATH, 1);
	buf_puts(&b, " | ");
	field(&b, "", n->text, SAID, 0);
	if (n->verdict == ESCALATE)
		escalation(&b, n);
	end_cut(&b);
	trim(&b, " \n");
	return b.n;
}

static void
member(struct buf *b, const char *key, const char *val, size_t most)
{
	char text[NOTICE_TEXT], quoted[2 * NOTICE_TEXT + 2]; /* clean leaves \n and \t alone */

	clean(text, most, val);
	quote_string(text, quoted, sizeof quoted);
	buf_printf(b, "%s\"%s\":%s", b->n > 1 ? "," : "", key, quoted);
}

static void
number(struct buf *b, const char *key, long long val)
{
	buf_printf(b, ",\"%s\":%lld", key, val);
}

/* All parts together fit, even if each byte is escaped. */
size_t
format_json(const struct notice *n, char buf[NOTICE_JSON])
{
	struct buf b = { buf, NOTICE_JSON, 0, 0 };
	char line[NOTICE_LINE];

	format_line(n, line);
	buf_puts(&b, "{");
	member(&b, "id", n->id, NOTICE_ID);
	member(&b, "at", n->at, NOTICE_ID);
	member(&b, "verdict", verdict_word(n->verdict), NOTICE_ID);
	member(&b, "event", n->event, NOTICE_ID);
	member(&b, "task", n->task, NOTICE_ID);
	member(&b, "dir", n->dir, VALUE);
	member(&b, "cwd", n->cwd, VALUE);
	member(&b, "status", n->status, NOTICE_ID);
	member(&b, "reason", n->reason, NOTICE_ID);
	member(&b, "goal", n->goal, VALUE);
	member(&b, "text", n->text, NOTICE_TEXT);
	number(&b, "nudges", n->nudges);
	number(&b, "max_nudges", n->max_nudges);
	number(&b, "duration_s", n->duration_s);
	member(&b, "last", n->last, TAIL);
	member(&b, "needed", n->needed, NOTICE_ID);
	member(&b, "line", line, VALUE);
	buf_puts(&b, "}\n");
	return b.n;
}
