/* row - one row of a terminal */
#include "text/row.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

enum { TAB = 8 };

/* The bytes of the cell that begins at i, in column `at`; *width: its columns. */
static size_t
cell(const struct row *r, size_t i, size_t at, size_t *width)
{
	size_t k = (size_t)utf8_seq(r->b + i, r->len - i);

	*width = r->b[i] == '\t' ? TAB - at % TAB : (size_t)utf8_width(utf8_code(r->b + i));
	while (i + k < r->len && (unsigned char)r->b[i + k] >= 0x80) {
		if (utf8_width(utf8_code(r->b + i + k)))
			break;
		k += (size_t)utf8_seq(r->b + i + k, r->len - i - k);
	}
	return k;
}

/* Replaces `old` bytes at i by n bytes of s, or n spaces if it is NULL. They fit: see ROW_SIZE. */
static void
splice(struct row *r, size_t i, size_t old, const char *s, size_t n)
{
	if (s && old == n && !memcmp(r->b + i, s, n))
		return;
	if (old != n)
		memmove(r->b + i + n, r->b + i + old, r->len - i - old);
	if (s)
		memcpy(r->b + i, s, n);
	else
		memset(r->b + i, ' ', n);
	r->len = r->len - old + n;
	if (i < r->low)
		r->low = i;
}

/* Goes back cell by cell to column col or left of it; a tab sends it to the beginning. */
static void
back(struct row *r)
{
	while (r->at > r->col) {
		size_t i = r->cur;

		while (i > 0 && (r->b[--i] & 0xc0) == 0x80)
			;
		if (r->b[i] == '\t') {
			r->cur = r->at = 0;
			return;
		}
		r->cur = i;
		r->at -= (size_t)utf8_width(utf8_code(r->b + i));
	}
}

/* Finds the cell at the cursor's column, or the end of the row. */
static void
seek(struct row *r)
{
	size_t k, width;

	back(r);
	while (r->cur < r->len && r->at < r->col) {
		k = cell(r, r->cur, r->at, &width);
		if (r->at + width > r->col)
			break;
		r->cur += k;
		r->at += width;
	}
}

/* Makes a cell begin at the cursor; spaces replace half a wide cell. 0: it is beyond the end. */
static int
split(struct row *r)
{
	size_t k, width;

	seek(r);
	if (r->at < r->col && r->cur < r->len) {
		k = cell(r, r->cur, r->at, &width);
		splice(r, r->cur, k, NULL, width);
		r->cur += r->col - r->at;
		r->at = r->col;
	}
	return r->at == r->col;
}

/* split, and adds spaces up to a cursor beyond the end. */
static void
settle(struct row *r)
{
	if (!split(r)) {
		size_t pad = r->col - r->at < ROW_REACH ? r->col - r->at : ROW_REACH;

		splice(r, r->len, 0, NULL, pad);
		r->cur = r->len;
		r->at += pad;
		r->col = r->at;
	}
}

/* Turns all tabs into spaces, so that what follows them can be shifted. */
static void
untab(struct row *r)
{
	size_t k, width, at = 0;

	for (size_t i = 0; i < r->len; i += k) {
		k = cell(r, i, at, &width);
		if (r->b[i] == '\t') {
			splice(r, i, k, NULL, width);
			k = width;
		}
		at += width;
	}
	r->cur = r->at = 0;
}

size_t
row_columns(const char *s, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n; i += (size_t)utf8_seq(s + i, n - i))
		at += s[i] == '\t' ? TAB - at % TAB : (size_t)utf8_width(utf8_code(s + i));
	return at;
}

void
row_begin(struct row *r)
{
	r->cur = r->at = 0;
	r->col = ROW_SIZE * TAB;
	r->low = SIZE_MAX;
	seek(r);
	r->col = r->at;
}

/* The bytes of the cells that cover n columns from the cursor on; *covered: their columns. */
static size_t
span(const struct row *r, size_t n, size_t *covered)
{
	size_t end = r->cur, width;

	*covered = 0;
	while (*covered < n && end < r->len) {
		end += cell(r, end, r->at + *covered, &width);
		*covered += width;
	}
	return end - r->cur;
}

static void
put_char(struct row *r, const char *s, size_t k)
{
	size_t width, old, covered;

	seek(r);
	if (*s == '\t' && r->cur < r->len) { /* a tab overwrites nothing */
		r->col += TAB - r->col % TAB;
		return;
	}
	settle(r);
	width = *s == '\t' ? TAB - r->col % TAB : (size_t)utf8_width(utf8_code(s));
	if (!width) {
		splice(r, r->cur, 0, s, k);
		r->cur += k;
		return;
	}
	old = span(r, width, &covered);
	splice(r, r->cur, old, s, k);
	r->cur += k;
	if (covered > width)
		splice(r, r->cur, 0, NULL, covered - width);
	r->at = r->col += width;
}

size_t
row_put(struct row *r, const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && r->len < ROW_LINE) {
		size_t k = (size_t)utf8_seq(s + i, n - i);

		put_char(r, s + i, k);
		i += k;
	}
	return i;
}

void
row_to(struct row *r, size_t col)
{
	r->col = col < ROW_LINE ? col : ROW_LINE;
}

void
row_left(struct row *r, size_t n)
{
	r->col = n < r->col ? r->col - n : 0;
}

void
row_right(struct row *r, size_t n)
{
	row_to(r, r->col + n);
}

void
row_erase_right(struct row *r)
{
	if (split(r))
		splice(r, r->cur, r->len - r->cur, NULL, 0);
}

void
row_erase_left(struct row *r)
{
	size_t col = r->col;

	row_to(r, 0);
	row_blank(r, col + 1);
	r->col = col;
}

void
row_erase(struct row *r)
{
	size_t col = r->col;

	row_to(r, 0);
	row_erase_right(r);
	r->col = col;
}

void
row_blank(struct row *r, size_t n)
{
	size_t old, covered;

	if (!split(r))
		return;
	old = span(r, n, &covered);
	splice(r, r->cur, old, NULL, covered);
}

void
row_delete(struct row *r, size_t n)
{
	size_t old, covered;

	untab(r);
	if (!split(r))
		return;
	old = span(r, n, &covered);
	splice(r, r->cur, old, NULL, covered > n ? covered - n : 0);
}

void
row_insert(struct row *r, size_t n)
{
	untab(r);
	if (split(r) && r->cur < r->len && r->len < ROW_LINE)
		splice(r, r->cur, 0, NULL, n < ROW_REACH ? n : ROW_REACH);
}

void
row_repeat(struct row *r, size_t n)
{
	char c[4];
	size_t i, k;

	settle(r);
	for (i = r->cur; i > 0 && (r->b[i - 1] & 0xc0) == 0x80; i--)
		;
	if (!i)
		return;
	k = r->cur - --i;
	memcpy(c, r->b + i, k);
	for (n = n < ROW_REACH ? n : ROW_REACH; n && row_put(r, c, k); n--)
		;
}

void
row_trim(struct row *r, size_t keep)
{
	while (r->len > keep && r->b[r->len - 1] == ' ')
		r->len--;
}
