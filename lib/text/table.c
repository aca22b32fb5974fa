/* table - columns of text on a terminal */
#include "text/table.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

static const char ellipsis[] = "\xe2\x80\xa6";

static int
needed(const struct column *c, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		if (c[i].width)
			sum += (sum ? TABLE_GAP : 0) + c[i].width;
	return sum;
}

/* The column to leave out next; n: none. */
static size_t
worst(const struct column *c, size_t n)
{
	size_t w = n;

	for (size_t i = 0; i < n; i++)
		if (c[i].width && c[i].rank && (w == n || c[i].rank > c[w].rank))
			w = i;
	return w;
}

void
table_fit(struct column *c, size_t n, int width)
{
	size_t w;
	int left;

	for (size_t i = 0; i < n; i++)
		c[i].width = c[i].least;
	while (needed(c, n) > width && (w = worst(c, n)) < n)
		c[w].width = 0;
	left = width - needed(c, n);
	for (size_t i = 0; i < n && left > 0; i++) {
		int more = i == n - 1 ? left : c[i].wanted - c[i].width;

		if (!c[i].width || more <= 0)
			continue;
		more = more < left ? more : left;
		c[i].width += more;
		left -= more;
	}
	/* The columns that must stay do not fit: they are cut. */
	for (size_t i = n; i-- > 0 && (left = needed(c, n) - width) > 0;)
		c[i].width = c[i].width > left ? c[i].width - left : 0;
}

/* The next character: how it is shown, and the bytes that it takes of the text. */
struct shown {
	const char *s;
	size_t n, from;
	int width;
};

/* A change of the writing direction reaches beyond its cell. */
static int
turns(uint32_t code)
{
	return code == 0x61c || code == 0x200e || code == 0x200f ||
		(code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static struct shown
next(const char *s, size_t n)
{
	int k = utf8_seq(s, n);
	struct shown c = { s, 1, 1, 1 };
	uint32_t code;

	if (k == 1 && *s >= ' ' && *s != 0x7f)
		return c;
	if (k <= 1 || (*s == '\xc2' && !(s[1] & 0x20))) {
		c.from = k > 1 ? (size_t)k : k < 0 ? (size_t)-k : k == 0 ? n : 1;
		c.s = "?";
		return c;
	}
	code = utf8_code(s);
	c.n = c.from = (size_t)k;
	c.width = utf8_width(code);
	if (turns(code))
		c.n = 0;
	return c;
}

int
table_width(const char *text)
{
	size_t n = strlen(text);
	int width = 0;

	while (n > 0) {
		struct shown c = next(text, n);

		width += c.width;
		text += c.from;
		n -= c.from;
	}
	return width;
}

static size_t
pad(char *dst, size_t at, size_t size, int n)
{
	for (; n > 0 && at + 1 < size; n--)
		dst[at++] = ' ';
	return at;
}

/* How many bytes of text fit into width columns and room bytes; *used: their columns. */
static size_t
fits(const char *text, size_t n, int width, size_t room, int *used)
{
	size_t at = 0, bytes = 0;

	*used = 0;
	while (at < n) {
		struct shown c = next(text + at, n - at);

		if (*used + c.width > width || bytes + c.n > room)
			break;
		*used += c.width;
		bytes += c.n;
		at += c.from;
	}
	return at;
}

size_t
table_cell(char *dst, size_t size, const char *text, int width, int right)
{
	size_t n = strlen(text), end, at = 0, room;
	int used, cut;

	if (size == 0)
		return 0;
	width = width > 0 ? width : 0;
	room = size > (size_t)width + sizeof ellipsis ? size - (size_t)width - sizeof ellipsis : 0;
	end = fits(text, n, width, room, &used);
	cut = end < n && width > 0 && room > 0;
	if (cut) {
		end = fits(text, n, width - 1, room, &used);
		used++;
	}
	if (right)
		at = pad(dst, at, size, width - used);
	for (size_t i = 0; i < end && room > 0;) {
		struct shown c = next(text + i, n - i);

		memcpy(dst + at, c.s, c.n);
		at += c.n;
		i += c.from;
	}
	if (cut) {
		memcpy(dst + at, ellipsis, sizeof ellipsis - 1);
		at += sizeof ellipsis - 1;
	}
	if (!right)
		at = pad(dst, at, size, width - used);
	dst[at] = 0;
	return at;
}

int
table_colour(void)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(1) && !(no && *no) && term && *term && strcmp(term, "dumb");
}

const char *
table_sgr(enum ink ink)
{
	static const char *const words[] = {
		"", "\033[1m", "\033[2m", "\033[31m", "\033[32m", "\033[33m", "\033[35m"
	};

	_Static_assert(sizeof words / sizeof *words == INK_LAST, "a sequence for each ink");
	return ink < INK_LAST ? words[ink] : "";
}
