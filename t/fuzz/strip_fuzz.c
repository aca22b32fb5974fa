/* strip_fuzz - strip: the same in any pieces; its output is clean; clean text is not changed */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "text/strip.h"

static size_t width; /* of the terminal; 0 unknown */

static void
whole(const char *s, size_t n, struct text *out)
{
	struct strip st;

	strip_init(&st);
	strip_width(&st, width);
	HOLDS(!strip_feed(&st, s, n, text_take, out));
	HOLDS(!strip_flush(&st, text_take, out));
}

/* idle: the input pauses between two pieces. */
static void
pieces(const uint8_t *data, size_t n, unsigned seed, int idle, struct text *out)
{
	struct strip st;
	long long now = 1;

	strip_init(&st);
	strip_width(&st, width);
	for (size_t at = 0, k; at < n; at += k) {
		char *piece;

		k = fuzz_piece(&seed, n - at);
		piece = fuzz_bytes(data + at, k);
		HOLDS(!strip_feed(&st, piece, k, text_take, out));
		free(piece);
		if (idle) {
			long long heard = now;

			now += (seed & 1u << 20) ? STRIP_REDRAWN_MS : STRIP_PARTIAL_MS;
			HOLDS(!strip_tick(&st, heard, now, text_take, out));
			HOLDS(!strip_due(&st, heard) || strip_due(&st, heard) > now);
		}
	}
	HOLDS(!strip_flush(&st, text_take, out));
}

/* oneline, into a buffer of any size. */
static void
short_text(const uint8_t *data, size_t n)
{
	size_t size = n ? data[0] : 0, len;
	char *dst = malloc(size ? size : 1), *src = fuzz_bytes(data, n);

	if (!dst)
		return;
	len = oneline(dst, size, src, n);
	HOLDS(size ? len < size && strlen(dst) == len : len == 0);
	HOLDS(fuzz_clean(dst, len, ""));
	HOLDS(!len || (dst[0] != ' ' && dst[len - 1] != ' '));
	free(src);
	free(dst);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct text one = { 0 }, two = { 0 }, again = { 0 }, idle = { 0 };
	char *s = fuzz_bytes(data, n);

	width = n % 3 ? 0 : 16 + n % 80;
	whole(s, n, &one);
	pieces(data, n, fuzz_seed(data, n), 0, &two);
	HOLDS(text_same(&one, &two));
	HOLDS(fuzz_clean(one.s, one.n, "\n\t"));
	whole(one.s, one.n, &again);
	HOLDS(text_same(&one, &again));
	pieces(data, n, fuzz_seed(data, n), 1, &idle);
	HOLDS(fuzz_clean(idle.s, idle.n, "\n\t"));
	short_text(data, n);
	free(s);
	free(one.s);
	free(two.s);
	free(again.s);
	free(idle.s);
	return 0;
}
