/* utf8_fuzz - characters, table cells, keys and lines, each against a plain implementation */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/send_keys.h"
#include "text/table.h"
#include "wait/line_match.h"

/* The code point of k bytes; -1 if they are not one character. */
static long
decode(const uint8_t *p, size_t k)
{
	static const long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	long code = k == 1 ? p[0] : p[0] & (0x7f >> k);

	if (k == 1 ? p[0] >= 0x80 : (p[0] & (0xff80 >> k & 0xff)) != (0xff00 >> k & 0xff))
		return -1;
	for (size_t i = 1; i < k; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return -1;
		code = code << 6 | (p[i] & 0x3f);
	}
	return code < least[k] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? -1 : code;
}

static size_t
plain(const uint8_t *data, size_t n)
{
	size_t i = 0, k;

	for (; i < n; i += k) {
		long code = -1;

		for (k = 1; k <= 4 && k <= n - i && (code = decode(data + i, k)) < 0; k++)
			;
		if (code < 0 || (code < ' ' && code != '\n' && code != '\t') ||
			(code >= 0x7f && code < 0xa0))
			break;
	}
	return i;
}

static void
characters(const uint8_t *data, size_t n)
{
	char *s = fuzz_bytes(data, n);

	HOLDS(utf8_plain(s, n) == plain(data, n));
	for (size_t i = 0; i < n; i++) {
		int k = utf8_seq(s + i, n - i);

		HOLDS(k >= -3 && k <= 4);
		if (k > 0) {
			HOLDS((long)utf8_code(s + i) == decode(data + i, (size_t)k));
			HOLDS(utf8_width(utf8_code(s + i)) >= 0 &&
				utf8_width(utf8_code(s + i)) <= 2);
		} else {
			for (size_t l = 1; l <= 4 && l <= n - i; l++)
				HOLDS(decode(data + i, l) < 0);
			HOLDS(k < 0 || n - i < 4);
		}
	}
	free(s);
}

static void
cells(const char *s, const uint8_t *data, size_t n)
{
	int width = n ? data[0] % 90 : 0, right = n > 1 ? data[1] & 1 : 0;
	char *dst = malloc(TABLE_BYTES(width));
	size_t len;

	HOLDS(dst != NULL);
	len = table_cell(dst, TABLE_BYTES(width), s, width, right);
	HOLDS(len == strlen(dst) && len < TABLE_BYTES(width));
	HOLDS(fuzz_clean(dst, len, ""));
	HOLDS(table_width(dst) <= width);
	free(dst);
}

static void
lines(const uint8_t *data, size_t n)
{
	static struct line_match one, two;
	unsigned seed = fuzz_seed(data, n);
	char why[WHY];

	HOLDS(!line_match_init(&one, "rea(d)?y [0-9]+$", n & 1, why) &&
		!line_match_init(&two, "rea(d)?y [0-9]+$", n & 1, why));
	line_match_feed(&one, (const char *)data, n);
	for (size_t at = 0, k; at < n; at += k) {
		char *s;

		k = fuzz_piece(&seed, n - at);
		s = fuzz_bytes(data + at, k);
		line_match_feed(&two, s, k);
		free(s);
	}
	HOLDS(line_match_found(&one) == line_match_found(&two) && one.attempt == two.attempt);
	line_match_free(&one);
	line_match_free(&two);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *s = fuzz_string(data, n);

	characters(data, n);
	cells(s, data, n);
	lines(data, n);
	HOLDS(!send_keys_is_key(s) || (*s && fuzz_clean(s, strlen(s), "")));
	free(s);
	return 0;
}
