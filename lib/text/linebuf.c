/*
 * linebuf - the current line of a stream of text, which may yet be overwritten
 *
 * A line is copied in runs until something moves back in it; from then to its end it is a row of
 * cells. Both are at the end of one buffer. The result must not depend on how the bytes were split,
 * so a line is `cut` by its length alone.
 */
#include "text/linebuf.h"

#include <stdint.h>
#include <string.h>

enum {
	DIRECT = 4096, /* runs from this size on are not copied */
	WIDE = 15      /* columns of blanks that may come from a shell */
};

void
linebuf_init(struct linebuf *l)
{
	l->row.len = l->sent = l->nheld = l->width = 0;
	l->by_column = l->cut = l->cr = l->err = l->wide = l->each = 0;
	l->since = 0;
}

static void
give(struct linebuf *l, const char *s, size_t n)
{
	if (n && !l->err)
		l->err = l->out(l->ctx, s, n);
}

/* Writes what has not gone out of b[0..end), and drops it all. */
static void
release(struct linebuf *l, size_t end)
{
	struct row *r = &l->row;

	if (end > l->sent)
		give(l, r->b + l->sent, end - l->sent);
	l->sent = l->sent > end ? l->sent - end : 0;
	if (end)
		memmove(r->b, r->b + end, r->len - end);
	r->len -= end;
}

/* The bytes up to the last newline, with it. */
static size_t
whole_lines(const char *s, size_t n)
{
	while (n > 0 && s[n - 1] != '\n')
		n--;
	return n;
}

static void
next_line(struct linebuf *l)
{
	l->each = 0;
	l->since = 0;
}

void
linebuf_settle(struct linebuf *l)
{
	size_t start;

	if (l->by_column)
		return;
	start = whole_lines(l->row.b, l->row.len);
	if (start > 0) {
		l->cut = 0;
		next_line(l);
	}
	if (l->row.len - start > ROW_LINE) {
		l->cut = 1;
		start = l->row.len;
	}
	release(l, start);
}

static void
append(struct linebuf *l, const char *s, size_t n)
{
	struct row *r = &l->row;

	while (n) {
		size_t k = ROW_SIZE - r->len;

		if (!k) {
			linebuf_settle(l);
			continue;
		}
		if (k > n)
			k = n;
		memcpy(r->b + r->len, s, k);
		r->len += k;
		s += k;
		n -= k;
	}
}

/* Where the current line begins: whole ones may stand before it. */
static size_t
beginning(const struct linebuf *l)
{
	return l->by_column ? 0 : whole_lines(l->row.b, l->row.len);
}

/* How many blanks end the line; 0 if the cursor is elsewhere. */
static size_t
blank_end(const struct linebuf *l)
{
	const struct row *r = &l->row;
	size_t n = r->len;

	if (l->by_column && (r->cur < r->len || r->at != r->col))
		return 0;
	while (n > 0 && r->b[n - 1] == ' ')
		n--;
	return r->len - n;
}

/* Only blanks of the line reach beyond the edge: the next character would begin a row. */
static int
is_wrapped(const struct linebuf *l, size_t blank)
{
	size_t columns = row_columns(l->row.b + beginning(l), l->row.len - beginning(l));

	return columns > l->width && columns - l->width <= blank;
}

/* The bytes of a shell's mark at the end of s[0..n); 0: none. */
static size_t
mark(const char *s, size_t n)
{
	/* zsh's two, fish's three */
	static const char *const marks[] = { "%", "#", "\xe2\x8f\x8e", "\xc2\xb6", "~" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t k = strlen(marks[i]);

		if (n >= k && !memcmp(s + n - k, marks[i], k))
			return k;
	}
	return 0;
}

/* s is what a shell writes between its two CR: blanks, after its mark if it is fish. */
static int
is_over_mark(const char *s, size_t n)
{
	size_t k = 0;

	while (k < n && s[k] != ' ')
		k++;
	if (k != mark(s, k))
		return 0;
	while (k < n && s[k] == ' ')
		k++;
	return k == n;
}

/* Ends the current line after its first `keep` bytes, unless that leaves it empty. */
static void
end_partial(struct linebuf *l, size_t keep)
{
	size_t begin = beginning(l);

	l->row.len = keep > l->sent ? keep : l->sent;
	l->cr = l->by_column = 0;
	next_line(l);
	if (l->row.len > begin)
		append(l, "\n", 1);
}

/* 1: what came since the carriage return is a shell's; the line was ended. */
static int
shell_ends(struct linebuf *l)
{
	size_t blank = blank_end(l), end = l->row.len - blank, begin = beginning(l), k;

	if (!l->nheld || !is_over_mark(l->held, l->nheld) || end < begin)
		return 0;
	k = mark(l->row.b + begin, end - begin);
	if (l->width && end - k > begin && !is_wrapped(l, blank))
		return 0;
	l->wide = 0;
	l->nheld = 0;
	end_partial(l, end - k);
	return 1;
}

/* It was not such a shell: puts what was held. The blanks of other shells end the line, too. */
static void
put_held(struct linebuf *l)
{
	size_t n = l->nheld, blank = blank_end(l);

	if (!l->wide)
		return;
	l->wide = 0;
	l->nheld = 0;
	if (l->cr && l->width && is_wrapped(l, blank))
		end_partial(l, l->row.len - blank);
	if (n)
		linebuf_text(l, l->held, n);
}

/* Holds the text back; 0: it cannot be from a shell. */
static int
hold(struct linebuf *l, const char *s, size_t n)
{
	if (n > LINEBUF_HELD - l->nheld)
		return 0;
	memcpy(l->held + l->nheld, s, n);
	if (!is_over_mark(l->held, l->nheld + n))
		return 0;
	l->nheld += n;
	return 1;
}

void
linebuf_cr(struct linebuf *l)
{
	const struct row *r = &l->row;

	if (l->wide && shell_ends(l))
		return;
	put_held(l);
	l->cr = 1;
	if (!r->len || r->b[r->len - 1] != ' ')
		return;
	linebuf_settle(l); /* so that a long line is `cut` however it was split */
	l->wide = !l->cut && blank_end(l) >= WIDE;
}

void
linebuf_newline(struct linebuf *l)
{
	if (l->nheld)
		put_held(l);
	l->cr = l->wide = 0;
	if (l->by_column)
		row_trim(&l->row, l->sent);
	l->by_column = 0;
	append(l, "\n", 1);
}

void
linebuf_leave(struct linebuf *l)
{
	struct row *r = &l->row;
	int empty;

	put_held(l);
	if (l->by_column) {
		row_trim(r, l->sent);
		empty = !r->len;
	} else {
		empty = r->len ? r->b[r->len - 1] == '\n' : !l->cut;
	}
	l->cr = l->by_column = 0;
	if (!empty)
		append(l, "\n", 1);
}

struct row *
linebuf_edit(struct linebuf *l)
{
	put_held(l);
	if (!l->by_column) {
		linebuf_settle(l);
		if (l->cut) {
			append(l, "\n", 1);
			linebuf_settle(l);
		}
		row_begin(&l->row);
		l->by_column = 1;
	}
	if (l->cr)
		row_to(&l->row, 0);
	l->cr = 0;
	return &l->row;
}

void
linebuf_edited(struct linebuf *l)
{
	if (l->row.low < l->sent) {
		give(l, "\n", 1);
		l->sent = 0;
	}
	l->row.low = SIZE_MAX;
}

/*
 * Puts a run without newline into cells. A full row goes out: with a newline if the cursor is
 * within it, else the line goes on in runs.
 */
static size_t
put(struct linebuf *l, const char *s, size_t n)
{
	struct row *r = &l->row;
	size_t k = row_put(r, s, n);

	linebuf_edited(l);
	if (r->len >= ROW_LINE) {
		if (r->cur < r->len || r->at != r->col) {
			linebuf_newline(l);
		} else {
			l->by_column = 0;
			l->cut = 1;
			release(l, r->len);
		}
	}
	return k;
}

void
linebuf_text(struct linebuf *l, const char *s, size_t n)
{
	size_t k;

	if (l->wide && n && (l->nheld || *s != '\n')) {
		if (hold(l, s, n))
			return;
		put_held(l);
	}
	if (l->cr && n && *s != '\n')
		linebuf_edit(l);
	l->cr = l->wide = 0;
	while (l->by_column && n) {
		const char *nl = memchr(s, '\n', n);

		k = nl ? (size_t)(nl - s) : n;
		if (k) {
			k = put(l, s, k);
		} else {
			linebuf_newline(l);
			k = 1;
		}
		s += k;
		n -= k;
	}
	if (n >= DIRECT && (k = whole_lines(s, n)) > 0) {
		release(l, l->row.len);
		give(l, s, k);
		l->cut = 0;
		next_line(l);
		s += k;
		n -= k;
	}
	append(l, s, n);
}

void
linebuf_show(struct linebuf *l)
{
	give(l, l->row.b + l->sent, l->row.len - l->sent);
	l->sent = l->row.len;
}

void
linebuf_end(struct linebuf *l)
{
	put_held(l);
	if (l->by_column)
		row_trim(&l->row, l->sent);
	l->by_column = l->cut = l->cr = 0;
	next_line(l);
	release(l, l->row.len);
}
