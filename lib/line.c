/*
 * line - the line at hand of a stream of text
 *
 * A line that nothing moves back in is copied in runs; from the first motion to its end it is kept as a row of cells. Both live at the
 * end of the same buffer. What a line becomes depends on its bytes alone, not on how they were split: so it is `cut` by its length.
 */
#include "line.h"

#include <stdint.h>
#include <string.h>

enum { DIRECT = 4096 }; /* runs from this size on are given out from where they are */

void
line_init(struct line *l)
{
	l->row.len = l->sent = 0;
	l->by_column = l->cut = l->cr = l->err = 0;
}

static void
give(struct line *l, const char *s, size_t n)
{
	if (n && !l->err)
		l->err = l->out(l->ctx, s, n);
}

/* Gives out b[0..end), of which a part may be out already, and forgets it. */
static void
release(struct line *l, size_t end)
{
	struct row *r = &l->row;

	if (end > l->sent)
		give(l, r->b + l->sent, end - l->sent);
	l->sent = l->sent > end ? l->sent - end : 0;
	if (end)
		memmove(r->b, r->b + end, r->len - end);
	r->len -= end;
}

/* Bytes up to the last newline, with it. */
static size_t
whole_lines(const char *s, size_t n)
{
	while (n > 0 && s[n - 1] != '\n')
		n--;
	return n;
}

void
line_settle(struct line *l)
{
	size_t start;

	if (l->by_column)
		return;
	start = whole_lines(l->row.b, l->row.len);
	if (start > 0)
		l->cut = 0;
	if (l->row.len - start > ROW_LINE) {
		l->cut = 1;
		start = l->row.len;
	}
	release(l, start);
}

static void
append(struct line *l, const char *s, size_t n)
{
	struct row *r = &l->row;

	while (n) {
		size_t k = ROW_SIZE - r->len;

		if (!k) {
			line_settle(l);
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

void
line_newline(struct line *l)
{
	l->cr = 0;
	if (l->by_column)
		row_trim(&l->row, l->sent);
	l->by_column = 0;
	append(l, "\n", 1);
}

void
line_leave(struct line *l)
{
	struct row *r = &l->row;
	int empty;

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
line_edit(struct line *l)
{
	if (!l->by_column) {
		line_settle(l);
		if (l->cut) {
			append(l, "\n", 1);
			line_settle(l);
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
line_edited(struct line *l)
{
	if (l->row.low < l->sent) {
		give(l, "\n", 1);
		l->sent = 0;
	}
	l->row.low = SIZE_MAX;
}

/* A run without newline, in a line kept as cells. A full row goes out: whole, and on in runs, or ended if the cursor is within. */
static size_t
put(struct line *l, const char *s, size_t n)
{
	struct row *r = &l->row;
	size_t k = row_put(r, s, n);

	line_edited(l);
	if (r->len >= ROW_LINE) {
		if (r->cur < r->len || r->at != r->col) {
			line_newline(l);
		} else {
			l->by_column = 0;
			l->cut = 1;
			release(l, r->len);
		}
	}
	return k;
}

void
line_text(struct line *l, const char *s, size_t n)
{
	size_t k;

	if (l->cr && n && *s != '\n')
		line_edit(l);
	l->cr = 0;
	while (l->by_column && n) {
		const char *nl = memchr(s, '\n', n);

		k = nl ? (size_t)(nl - s) : n;
		if (k) {
			k = put(l, s, k);
		} else {
			line_newline(l);
			k = 1;
		}
		s += k;
		n -= k;
	}
	if (n >= DIRECT && (k = whole_lines(s, n)) > 0) {
		release(l, l->row.len);
		give(l, s, k);
		l->cut = 0;
		s += k;
		n -= k;
	}
	append(l, s, n);
}

void
line_show(struct line *l)
{
	give(l, l->row.b + l->sent, l->row.len - l->sent);
	l->sent = l->row.len;
}

void
line_end(struct line *l)
{
	if (l->by_column)
		row_trim(&l->row, l->sent);
	l->by_column = l->cut = l->cr = 0;
	release(l, l->row.len);
}
