/* format - what is told of a task: one line, and the same as a JSON object */
#include "notice/format.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "notice/format_older.h"
#include "text/strip.h"

/* Bytes, at most: in the line; in the object */
enum { HEAD = 64, WORD = 96, NAME = 200, PATH = 1024, GOAL = 400, SAID = 1400, LAST = 800, NEEDED = 300 };
enum { VALUE = 4096 + 1, TAIL = 2048, PIECE = 256 };

struct out {
	char *s;
	size_t size, n; /* n < size: there is always room for a NUL */
	int full;
	size_t blanks; /* held back: they may be a line's end */
};

static int
put(void *ctx, const char *s, size_t n)
{
	struct out *o = ctx;

	if (o->full || n >= o->size - o->n) {
		n = o->full ? 0 : o->size - o->n - 1;
		o->full = 1;
	}
	memcpy(o->s + o->n, s, n);
	o->n += n;
	o->s[o->n] = 0;
	return o->full;
}

static void
puts_(struct out *o, const char *s)
{
	put(o, s, strlen(s));
}

/* What was cut ends at a character, with three dots where there is room. */
static void
end_cut(struct out *o)
{
	size_t i = o->n > 3 ? o->n - 3 : o->n;

	while (i > 0 && (o->s[i] & 0xc0) == 0x80)
		i--;
	snprintf(o->s + i, o->size - i, "%s", o->size - i > 3 ? "..." : "");
	o->n = strlen(o->s);
}

static void
trim(struct out *o)
{
	while (o->n && (o->s[o->n - 1] == ' ' || o->s[o->n - 1] == '\n'))
		o->s[--o->n] = 0;
}

/* Ends the line; one with nothing on it is none: a program that clears its screen leaves a great many. */
static int
put_newline(struct out *o)
{
	o->blanks = 0;
	while (!o->full && o->n && (o->s[o->n - 1] == ' ' || o->s[o->n - 1] == '\t'))
		o->s[--o->n] = 0;
	return o->n && o->s[o->n - 1] != '\n' ? put(o, "\n", 1) : o->full;
}

static int
put_words(struct out *o, const char *s, size_t n)
{
	while (n) {
		size_t k = 0;

		for (; n && *s == ' '; s++, n--)
			o->blanks++;
		while (k < n && s[k] != ' ')
			k++;
		for (; k && o->blanks; o->blanks--)
			if (put(o, " ", 1))
				return 1;
		if (k && put(o, s, k))
			return 1;
		s += k;
		n -= k;
	}
	return o->full;
}

/* As put, without what a person would not see; a piece at a time, for most of a long text is not wanted. */
static int
put_seen(void *ctx, const char *s, size_t n)
{
	int full = 0;

	while (n && !full) {
		size_t piece = n < PIECE ? n : PIECE, k;
		const char *nl = memchr(s, '\n', piece);

		while (!nl && piece < n && piece > 1 && (s[piece] & 0xc0) == 0x80)
			piece--;
		piece = nl ? (size_t)(nl - s) : piece;
		k = utf8_visible(s, piece);
		full = put_words(ctx, s, k);
		if (nl && k == piece && !full)
			full = put_newline(ctx);
		if (k < piece || nl) /* over what is not seen, or the newline */
			k += (size_t)utf8_seq(s + k, n - k);
		s += k;
		n -= k;
	}
	return full;
}

/* Without terminal control, lines kept; at most size - 1 bytes. */
static void
clean(char *dst, size_t size, const char *src)
{
	struct out o = { dst, size, 0, 0, 0 };
	struct strip s;

	*dst = 0;
	strip_init(&s);
	if (!strip_feed(&s, src, strlen(src), put_seen, &o))
		strip_flush(&s, put_seen, &o);
	if (o.full)
		end_cut(&o);
	trim(&o);
}

/* The same in one line; bar: no '|', which would look like the next field. */
static void
field(struct out *o, const char *name, const char *src, size_t most, int bar)
{
	char buf[NOTICE_TEXT];

	clean(buf, most < sizeof buf ? most : sizeof buf, src);
	for (char *p = buf; *p; p++)
		*p = *p == '\n' || *p == '\t' ? ' ' : *p == '|' && bar ? '/' : *p;
	if (!*buf && *name)
		return;
	puts_(o, name);
	puts_(o, buf);
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
escalation(struct out *o, const struct notice *n)
{
	char took[48], buf[128];

	duration(took, sizeof took, n->duration_s);
	field(o, " | goal: ", n->goal, GOAL, 0);
	field(o, " | status: ", n->status, WORD, 0);
	if (*n->reason) {
		field(o, " (", n->reason, GOAL, 0);
		puts_(o, ")");
	}
	snprintf(buf, sizeof buf, " | nudges: %lld/%lld | duration: %s", n->nudges, n->max_nudges, took);
	puts_(o, buf);
	field(o, " | last: ", n->last, LAST, 0);
	field(o, " | needed: ", n->needed, NEEDED, 0);
}

size_t
format_line(const struct notice *n, char buf[NOTICE_LINE])
{
	struct out o = { buf, NOTICE_LINE, 0, 0, 0 };
	int older = !strcmp(n->prefix, NOTICE_OLDER);
	char event[2 * WORD];

	*buf = 0;
	field(&o, "", n->prefix, HEAD, 0);
	puts_(&o, *n->prefix ? " " : "");
	puts_(&o, verdict_word(n->verdict));
	if (older)
		format_older_event(n->event, n->reason, event, sizeof event);
	field(&o, " | ", older ? event : n->event, WORD, 1);
	if (!older)
		field(&o, " | task=", n->task, NAME, 1);
	field(&o, " | cwd=", n->cwd, PATH, 1);
	puts_(&o, " | ");
	field(&o, "", n->text, SAID, 0);
	if (n->verdict == ESCALATE)
		escalation(&o, n);
	if (o.full)
		end_cut(&o);
	trim(&o);
	return o.n;
}

/* What stands between two quotes; src is clean already. */
static void
quote(struct out *o, const char *src)
{
	puts_(o, "\"");
	for (; *src; src++)
		switch (*src) {
		case '"': puts_(o, "\\\""); break;
		case '\\': puts_(o, "\\\\"); break;
		case '\n': puts_(o, "\\n"); break;
		case '\t': puts_(o, "\\t"); break;
		default: put(o, src, 1);
		}
	puts_(o, "\"");
}

size_t
format_quote(const char *src, char *buf, size_t size)
{
	struct out o = { buf, size, 0, 0, 0 };

	*buf = 0;
	quote(&o, src);
	return o.n;
}

static void
member(struct out *o, const char *key, const char *val, size_t most)
{
	char buf[NOTICE_TEXT];

	clean(buf, most, val);
	puts_(o, o->n > 1 ? "," : "");
	quote(o, key);
	puts_(o, ":");
	quote(o, buf);
}

static void
number(struct out *o, const char *key, long long val)
{
	char buf[32];

	snprintf(buf, sizeof buf, ",\"%s\":%lld", key, val);
	puts_(o, buf);
}

/* Fits also where every byte of it is escaped: twice the text, the tail, the line, two paths, a goal, and words. */
size_t
format_json(const struct notice *n, char buf[NOTICE_JSON])
{
	struct out o = { buf, NOTICE_JSON, 0, 0, 0 };
	char line[NOTICE_LINE];

	format_line(n, line);
	puts_(&o, "{");
	member(&o, "id", n->id, NOTICE_ID);
	member(&o, "at", n->at, NOTICE_ID);
	member(&o, "verdict", verdict_word(n->verdict), NOTICE_ID);
	member(&o, "event", n->event, NOTICE_ID);
	member(&o, "task", n->task, NOTICE_ID);
	member(&o, "dir", n->dir, VALUE);
	member(&o, "cwd", n->cwd, VALUE);
	member(&o, "status", n->status, NOTICE_ID);
	member(&o, "reason", n->reason, NOTICE_ID);
	member(&o, "goal", n->goal, VALUE);
	member(&o, "text", n->text, NOTICE_TEXT);
	number(&o, "nudges", n->nudges);
	number(&o, "max_nudges", n->max_nudges);
	number(&o, "duration_s", n->duration_s);
	member(&o, "last", n->last, TAIL);
	member(&o, "needed", n->needed, NOTICE_ID);
	member(&o, "line", line, VALUE);
	puts_(&o, "}\n");
	return o.n;
}

static int
any(const char *s, const char *const found[])
{
	for (; *found; found++)
		if (strstr(s, *found))
			return 1;
	return 0;
}

const char *
format_needed(const char *event, const char *status, const char *reason)
{
	static const char *const login[] = { "auth", "oauth", "login", "401", "403", "API key", "api key", "api-key", NULL };
	static const char *const money[] = { "billing", "credit", "quota", "payment", NULL };
	static const char *const model[] = { "model_not_found", "invalid_request", "404", "400", NULL };
	int failed = !strcmp(status, "failed");

	if (any(event, login) || (failed && any(reason, login)))
		return "log the agent in, then rca-launch -r and rca-monitor -d";
	if (any(event, money) || (failed && any(reason, money)))
		return "see to the account, then rca-launch -r and rca-monitor -d";
	if (any(event, model) || (failed && any(reason, model)))
		return "look at the model and the request (rca-log), then rca-launch -r";
	if (!strncmp(event, "waiting_for_input", 17) || !strncmp(event, "Notification", 12) || !strcmp(reason, "waiting_for_input"))
		return "an answer: rca-send, or look at the pane";
	if (!strncmp(reason, "check_failed", 12))
		return "look at check.log, then rca-launch -r -p with what to do, and rca-monitor -d";
	if (!strcmp(reason, "agent_gone") || !strcmp(reason, "session_closed"))
		return "start it again where it was and register it anew; rca-reap -r forgets this one";
	if (failed || !strcmp(status, "abandoned"))
		return "look with rca-log; rca-launch -r and rca-monitor -d carry it on";
	return "look with rca-log; rca-send says something to it";
}
