/* strip - turns terminal output into plain text: the state machine above linebuf and row */
#include "text/strip.h"

#include <string.h>

#include "base/utf8.h"

enum { NUM_MAX = 9999 };

enum state {
	GROUND,
	ESCAPE,
	ESCAPE_MORE, /* after intermediate bytes */
	CSI,
	CSI_MORE, /* after intermediate bytes: to be ignored */
	OSC,      /* its first byte */
	PALETTE,  /* OSC P of the Linux console: seven digits, no end */
	STRING,
	STRING_C1 /* began as C1: the next byte tells whether it is one */
};

static const char bad_char[] = "\xef\xbf\xbd"; /* U+FFFD */

/* The line is about to be overwritten. */
static void
state(struct strip *s)
{
	struct linebuf *l = &s->line;

	if (l->each && s->states > 0 && l->row.len > l->sent) {
		linebuf_show(l);
		s->states--;
	}
}

/* linebuf_cr only where it may matter: most carriage returns end a line. */
static void
carriage_return(struct strip *s)
{
	struct linebuf *l = &s->line;

	if (l->each)
		state(s);
	if (l->wide || (l->row.len && l->row.b[l->row.len - 1] == ' '))
		linebuf_cr(l);
	else
		l->cr = 1;
}

static void
csi_in_line(struct strip *s, char final)
{
	struct row *r;
	size_t n = s->num ? s->num : 1;

	if (final != 'C' && final != 'a' && final != 'b')
		state(s);
	r = linebuf_edit(&s->line);
	switch (final) {
	case 'G': case '`': row_to(r, n - 1); break;
	case 'C': case 'a': row_right(r, n); break;
	case 'D': case 'j': row_left(r, n); break;
	case '@': row_insert(r, n); break;
	case 'P': row_delete(r, n); break;
	case 'X': row_blank(r, n); break;
	case 'b': row_repeat(r, n); break;
	case 'J':
	case 'K':
		if (s->num == 0)
			row_erase_right(r);
		else if (s->num == 1)
			row_erase_left(r);
		else
			row_erase(r);
		break;
	}
	linebuf_edited(&s->line);
}

static void
csi(struct strip *s, char final)
{
	if (s->private) {
		if (s->private == '?' && (final == 'h' || final == 'l') &&
			(s->num == 47 || s->num == 1047 || s->num == 1049))
			linebuf_leave(&s->line);
		return;
	}
	switch (final) {
	case 'J':
		if (s->num) { /* a log keeps what a screen clears */
			linebuf_leave(&s->line);
			break;
		}
		/* fall through */
	case 'K': case 'P': case 'X': case '@':
		if (!s->line.by_column && !s->line.cr && !(final == 'K' && s->num))
			break; /* nothing to the right of the cursor */
		/* fall through */
	case 'G': case '`': case 'C': case 'a': case 'D': case 'j': case 'b':
		csi_in_line(s, final);
		break;
	case 'A': case 'B': case 'E': case 'F': case 'H': case 'L': case 'M': case 'S': case 'T':
	case 'd': case 'e': case 'f': case 'k': case 'r': case 'u':
		linebuf_leave(&s->line);
		break;
	}
}

static void
begin(struct strip *s, enum state state)
{
	s->state = (int)state;
	s->num = 0;
	s->num_done = 0;
	s->private = 0;
}

/* The final byte of an ESC sequence, or of C1 written as one. */
static void
escape(struct strip *s, char final)
{
	begin(s, GROUND);
	switch (final) {
	case '[': begin(s, CSI); break;
	case ']': begin(s, OSC); break;
	case 'P': case 'X': case '^': case '_': case 'k': begin(s, STRING); break;
	case 'E': linebuf_newline(&s->line); break;
	case '8': case 'D': case 'M': case 'c': linebuf_leave(&s->line); break;
	}
}

/* C0 and DEL, in any state but a control string. */
static void
control(struct strip *s, char c)
{
	s->state = c == 0x1b ? ESCAPE : GROUND;
	switch (c) {
	case '\n': case '\v': case '\f': linebuf_newline(&s->line); break;
	case '\r': carriage_return(s); break;
	case '\t': linebuf_text(&s->line, "\t", 1); break;
	case '\b':
		state(s);
		row_left(linebuf_edit(&s->line), 1);
		break;
	}
}

static void
not_text(struct strip *s)
{
	if (s->state != STRING)
		linebuf_text(&s->line, bad_char, sizeof bad_char - 1);
}

/* A C1 control; 0: ignored. A control string begins only if the next byte fits, too. */
static int
c1(struct strip *s, unsigned code)
{
	if (s->state == STRING) {
		if (code == 0x9c)
			s->state = GROUND;
		return code == 0x9c;
	}
	s->state = GROUND;
	switch (code) {
	case 0x84: case 0x85: case 0x8d: case 0x9b:
		escape(s, (char)(code - 0x40));
		return 1;
	case 0x90: case 0x98: case 0x9d: case 0x9e: case 0x9f:
		s->state = STRING_C1;
		s->intro = code;
		return 1;
	}
	return 0;
}

static int
string_fits(unsigned intro, char c)
{
	if (intro == 0x9d)
		return c >= '0' && c <= '9';
	return c >= ' ' && c < 0x7f && (intro != 0x90 || c != ' ');
}

/* A byte of a control string; 0: it belongs to what follows. */
static int
string_byte(struct strip *s, char c)
{
	if (s->state == OSC && (c == 'R' || c == 'P')) {
		s->state = c == 'R' ? GROUND : PALETTE;
		return 1;
	}
	if (s->state == PALETTE && c && strchr("0123456789ABCDEFabcdef", c)) {
		if (++s->num == 7)
			s->state = GROUND;
		return 1;
	}
	if (s->state == STRING_C1 && !string_fits(s->intro, c)) {
		s->state = GROUND;
		not_text(s);
		return 0;
	}
	s->state = STRING;
	if (c == 0x1b || c == '\n')
		control(s, c);
	else if (c == '\a' || c == 0x18 || c == 0x1a)
		s->state = GROUND;
	return 1;
}

static void
csi_byte(struct strip *s, char c)
{
	if (c >= '@') {
		int known = s->state == CSI;

		s->state = GROUND;
		if (known)
			csi(s, c);
	} else if (c < '0') {
		s->state = CSI_MORE;
	} else if (c >= '<') {
		s->private = c;
	} else if (c >= ':') {
		s->num_done = 1;
	} else if (!s->num_done) {
		s->num = s->num * 10 + (unsigned)(c - '0');
		if (s->num > NUM_MAX)
			s->num = NUM_MAX;
	}
}

/* An ASCII byte; 0: it must be tried again in the new state. */
static int
ascii(struct strip *s, char c)
{
	if (s->state >= OSC)
		return string_byte(s, c);
	if (c < ' ' || c == 0x7f) {
		if (c != 0x7f)
			control(s, c);
	} else if (s->state == GROUND) {
		linebuf_text(&s->line, &c, 1);
	} else if (s->state == CSI || s->state == CSI_MORE) {
		csi_byte(s, c);
	} else if (c < '0') {
		s->state = ESCAPE_MORE;
	} else if (s->state == ESCAPE) {
		escape(s, c);
	} else {
		s->state = GROUND;
	}
	return 1;
}

/*
 * Takes the character in u, or (bad) bytes that are not one. Both break off any sequence but a
 * string. The bytes of a torn character look like C1: after another bad byte they are not.
 */
static void
beyond_ascii(struct strip *s, int bad)
{
	unsigned code = bad ? (unsigned char)s->u[0] : utf8_code(s->u);
	int control_char = code >= 0x80 && code < 0xa0 && !(bad && s->after_bad);

	if (s->state == STRING_C1) {
		s->state = GROUND;
		not_text(s);
	} else if (s->state == OSC || s->state == PALETTE) {
		s->state = STRING;
	}
	s->after_bad = bad;
	if (control_char) {
		if (c1(s, code))
			s->after_bad = 0;
	} else if (s->state != STRING) {
		s->state = GROUND;
		if (bad)
			not_text(s);
		else
			linebuf_text(&s->line, s->u, s->ulen);
	}
	s->ulen = 0;
}

/* One byte, in any state. */
static void
step(struct strip *s, char c)
{
	for (;;) {
		int k;

		if (!s->ulen && !((unsigned char)c & 0x80)) {
			s->after_bad = 0;
			if (ascii(s, c))
				return;
			continue;
		}
		s->u[s->ulen++] = c;
		k = utf8_seq(s->u, s->ulen);
		if (k == 0)
			return;
		if (k < 0 && (size_t)-k < s->ulen) { /* c begins something else */
			s->ulen--;
			beyond_ascii(s, 1);
			continue;
		}
		beyond_ascii(s, k < 0);
		return;
	}
}

/* The length of a whole colour (CSI ... m) at p, the most common sequence; else 0. */
static size_t
colour(const char *p, size_t n)
{
	size_t i = 2;

	if (n < 3 || p[0] != 0x1b || p[1] != '[')
		return 0;
	while (i < n && p[i] >= '0' && p[i] <= ';')
		i++;
	return i < n && p[i] == 'm' ? i + 1 : 0;
}

static void
set_out(struct strip *s, int (*out)(void *ctx, const char *, size_t), void *ctx)
{
	s->line.out = out;
	s->line.ctx = ctx;
}

int
strip_feed(struct strip *s, const char *in, size_t n,
	int (*out)(void *ctx, const char *, size_t), void *ctx)
{
	set_out(s, out, ctx);
	while (n && !s->line.err) {
		size_t k = 0;

		if (s->state == GROUND && !s->ulen) {
			k = utf8_plain(in, n);
			if (k)
				linebuf_text(&s->line, in, k);
			else
				k = colour(in, n);
			if (k)
				s->after_bad = 0;
		}
		if (!k) {
			step(s, *in);
			k = 1;
		}
		in += k;
		n -= k;
	}
	linebuf_settle(&s->line);
	return s->line.err;
}

long long
strip_due(struct strip *s, long long heard)
{
	struct linebuf *l = &s->line;
	long long at;

	if (l->row.len == l->sent)
		return l->since = 0;
	if (!l->since)
		l->since = heard;
	at = l->since + STRIP_REDRAWN_MS;
	if (l->by_column || l->cr || at < heard + STRIP_PARTIAL_MS)
		return at;
	return heard + STRIP_PARTIAL_MS;
}

int
strip_tick(struct strip *s, long long heard, long long now,
	int (*out)(void *ctx, const char *, size_t), void *ctx)
{
	struct linebuf *l = &s->line;
	long long at = strip_due(s, heard);

	if (!at || now < at)
		return l->err;
	set_out(s, out, ctx);
	if (heard > l->since && now < heard + STRIP_REDRAWN_MS) {
		l->each = 1;
		s->states += s->states < STRIP_STATES;
	}
	linebuf_show(l);
	l->since = 0;
	return l->err;
}

int
strip_flush(struct strip *s, int (*out)(void *ctx, const char *, size_t), void *ctx)
{
	size_t width;
	int err;

	set_out(s, out, ctx);
	if (s->ulen)
		beyond_ascii(s, 1);
	linebuf_end(&s->line);
	err = s->line.err;
	width = s->line.width;
	strip_init(s);
	s->line.width = width;
	return err;
}

void
strip_init(struct strip *s)
{
	linebuf_init(&s->line);
	begin(s, GROUND);
	s->states = STRIP_STATES;
	s->after_bad = 0;
	s->ulen = 0;
}

void
strip_width(struct strip *s, size_t columns)
{
	s->line.width = columns;
}
