/* strip_test [file ...] - terminal output becomes plain text, in every split; files: only those */
#include "text/strip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

struct log_writer {
	char *s;
	size_t n, size;
	int refuse; /* what the next call returns */
};

#define BAD "\357\277\275" /* U+FFFD */

static const struct {
	const char *what, *in, *out;
} cases[] = {
	{"text", "plain\ttext\n", "plain\ttext\n"},
	{"the last line needs no newline", "a\nb", "a\nb"},
	{"CR LF, and what a second terminal makes of it", "a\r\nb\r\r\nc", "a\nb\nc"},
	{"colours", "\33[1;31mred\33[0m \33[38:2::1:2:3mx\33[m\n", "red x\n"},
	{"private, intermediate, no parameters", "\33[?25la\33[0 qb\33[>4;2mc\33[!pd\33[=1;1ue",
		"abcde"},
	{"OSC ended by BEL and by ST", "\33]0;title\aa\33]8;;file:///x\33\\link\33]8;;\33\\b\n",
		"alinkb\n"},
	{"a title with characters whose bytes look like ST", "\33]2;\342\234\223 done\ax", "x"},
	{"DCS, SOS, PM, APC, the title of screen",
		"\33P1$r0m\33\\a\33Xs\33\\b\33^p\33\\c\33_Ga=T;AAAA\33\\d\33kt\33\\e", "abcde"},
	{"a control string without an end costs its line", "\33]0;lost\nkept\n\33Plost\r\nkept\n",
		"\nkept\n\nkept\n"},
	{"CAN and SUB", "\33[3\030a\33]0;x\032b", "ab"},
	{"ESC begins anew", "\33[3\33[1ma\33]0;x\33[1mb", "ab"},
	{"charsets, other escapes", "\33(Ba\33)0b\33#8c\33%Gd\33=e\33>f\33 Fg\0337h", "abcdefgh"},
	{"palette of the Linux console", "\33]P0000000a\33]Rb", "ab"},
	{"C1 as bytes", "\23331mred\2330m\2350;title\234\220q#\234\237x\234.", "red."},
	{"C1 as characters", "\302\23331mred\302\235" "0;t\302\234.\302\205x", "red.\nx"},
	{"C0 and DEL", "a\1\2\7\16\17\34\37\177b", "ab"},
	{"VT, FF, NEL", "a\vb\fc\33Ed\205e", "a\nb\nc\nd\ne"},
	{"a newline within a sequence", "\33[31\ntext", "\ntext"},
	{"UTF-8", "\303\251 \342\224\200 \360\237\216\211\n",
		"\303\251 \342\224\200 \360\237\216\211\n"},
	{"broken UTF-8: one U+FFFD for each sequence",
		"caf\351 \342\202x\360\237\216\300\257\355\240\200",
		"caf" BAD " " BAD "x" BAD BAD BAD BAD BAD BAD},
	{"the end of a cut character begins no control string", "\200\235 text\n\235 text\n",
		"\357\277\275 text\n\357\277\275 text\n"},
	{"a cut character at the end", "x\342\202", "x\357\277\275"},
	{"progress by CR", "10%\r20%\r100%\n", "100%\n"},
	{"progress by CR in front", "\r 10%\r 20%", " 20%"},
	{"a shorter text leaves the rest", "abcdef\rxy\n", "xycdef\n"},
	{"... and EL clears it", "abcdef\rxy\33[K\n", "xy\n"},
	{"EL 1, EL 2", "abcdef\33[3D\33[1K\nabc\33[2Kd\n", "    ef\n   d\n"},
	{"cleared with blanks", "abcdef\r      \rok\n", "ok\n"},
	{"cleared for good", "working\r\33[K\n", "\n"},
	{"a spinner by CHA", "\33[1G\33[0K\342\240\213 x\33[1G\33[0K\342\240\231 y\n",
		"\342\240\231 y\n"},
	{"a spinner by BS", "x |\b/\b-\b\\\b done\n", "x  done\n"},
	{"bold and underlined as nroff does it", "N\bNA\bA _\bu_\bn\n", "NA un\n"},
	{"BS stops at the margin", "\b\ba\b\b\bb\n", "b\n"},
	{"columns, not bytes", "\303\251\303\251\303\251\rab\n", "ab\303\251\n"},
	{"a wide character takes two",
		"\346\227\245\346\234\254\rab\n\346\227\245\346\234\254\b\b\33[K.\n",
		"ab\346\234\254\n\346\227\245.\n"},
	{"half a wide character is a blank", "\346\227\245x\ra\n", "a x\n"},
	{"a mark goes with its letter", "e\314\201x\ro\n", "ox\n"},
	{"tabs move over, and are written over", "a\tb\rxy\tz\n", "xy      z\n"},
	{"a line edited: DCH, ICH, ECH", "abcdef\33[5D\33[2P\33[@X\33[X\n", "aX ef\n"},
	{"CUF leaves a gap", "a\33[3Cb\r\33[2Cc\n", "a c b\n"},
	{"a cursor far out makes no heap of blanks", "a\33[9999C\n", "a\n"},
	{"REP", "-\33[3b|\n", "----|\n"},
	{"a jump ends the line", "one\33[5;1Htwo\33[Athree\n", "one\ntwo\nthree\n"},
	{"a jump in an empty line does not", "\33[H\33[2J\33[3;1Hone\n\33[Atwo\n", "one\ntwo\n"},
	{"the other screen", "a\33[?1049hb\33[?1049lc", "a\nb\nc"},
	{"clearing the screen keeps the log", "kept\33[2J\33[H\33[3Jnext\n", "kept\nnext\n"},
	{"ED to the end is EL here", "abc\rx\33[J\n", "x\n"},
	{"the prompt of zsh", "%   \r \r\r\33[0m\33[J$ ls\33[K\r\r\nx\n", "$ ls\nx\n"},
};

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "strip_test.c:%d: %s\n", line, what);
	exit(1);
}

static int
keep(void *ctx, const char *s, size_t n)
{
	struct log_writer *k = ctx;

	if (k->n + n > k->size) {
		char *more = realloc(k->s, k->size = 2 * (k->n + n));

		CHECK(more != NULL);
		k->s = more;
	}
	memcpy(k->s + k->n, s, n);
	k->n += n;
	return k->refuse;
}

static int
is(const struct log_writer *k, const char *s, size_t n)
{
	if (k->n == n && !memcmp(k->s, s, n))
		return 1;
	fprintf(stderr, "got:\n%.*s\nwanted:\n%.*s\n", (int)k->n, k->s, (int)n, s);
	return 0;
}

/* Feeds in pieces: the first of `head` bytes, then all of `size`. */
static void
strip_in(struct log_writer *k, const char *in, size_t n, size_t head, size_t size)
{
	static struct strip s;

	k->n = 0;
	strip_init(&s);
	while (n) {
		size_t m = head ? head : size;

		if (m > n)
			m = n;
		CHECK(!strip_feed(&s, in, m, keep, k));
		in += m;
		n -= m;
		head = 0;
	}
	CHECK(!strip_flush(&s, keep, k));
}

/* Whole, cut in two anywhere, in pieces of up to 9 bytes: the same result, without controls. */
static void
in_every_split(const char *in, size_t n, struct log_writer *whole)
{
	struct log_writer k = {0};

	strip_in(whole, in, n, 0, n);
	CHECK(utf8_plain(whole->s, whole->n) == whole->n);
	for (size_t i = 1; i < n; i++) {
		strip_in(&k, in, n, i, n);
		CHECK(is(&k, whole->s, whole->n));
	}
	for (size_t i = 1; i < 10; i++) {
		strip_in(&k, in, n, 0, i);
		CHECK(is(&k, whole->s, whole->n));
	}
	free(k.s);
}

static void
test_cases(void)
{
	struct log_writer k = {0};
	static char all[8192];
	size_t nall = 0;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t n = strlen(cases[i].in);

		in_every_split(cases[i].in, n, &k);
		if (!is(&k, cases[i].out, strlen(cases[i].out)))
			fail(__LINE__, cases[i].what);
		CHECK(nall + n <= sizeof all);
		memcpy(all + nall, cases[i].in, n);
		nall += n;
	}
	in_every_split(all, nall, &k); /* each after what the one before left open */
	in_every_split("a\0b\n", 4, &k);
	CHECK(is(&k, "ab\n", 3));
	free(k.s);
}

/* Random pieces of terminal output, in random splits. */
static void
test_random(void)
{
	static const char *const bits[] = {"\33", "[", "]", "P", "3", ";", "m", "K", "2G", "5C",
		"4D", "\33[1P", "\33[2@", "\33[3X", "\33[2b",
		"\r", "\n", "\b", "\t", "\a", "\33\\", "abc", "\303\251", "\346\227\245",
		"e\314\201",
		"\360\237\216\211", "\342\202", "\200", "\235",
		"\233", "\302\233", "\33[A", "\33[2J", "\33(0", " ", "x", "\177", "\30"};
	static char in[20000];
	struct log_writer one = {0}, other = {0};
	unsigned seed = 1;

	for (int round = 0; round < 300; round++) {
		size_t n = 0;

		while (n < sizeof in / 8) {
			const char *b;

			seed = seed * 1103515245u + 12345u;
			b = bits[seed / 65536 % (sizeof bits / sizeof *bits)];

			memcpy(in + n, b, strlen(b));
			n += strlen(b);
		}
		strip_in(&one, in, n, 0, n);
		strip_in(&other, in, n, 1 + seed / 65536 % n, 1 + (size_t)round % 50);
		CHECK(is(&other, one.s, one.n));
		CHECK(utf8_plain(one.s, one.n) == one.n);
	}
	free(one.s);
	free(other.s);
}

/* A line of any length goes through whole; a motion back into it starts a new line. */
static void
test_long_lines(void)
{
	enum { LONG = 200000 };
	static char in[LONG + 20];
	struct log_writer k = {0};

	memset(in, 'x', LONG);
	memcpy(in + LONG, "\rend\n", 5);
	for (size_t size = 1; size < LONG; size = size * 7 + 1) {
		strip_in(&k, in, LONG + 5, 0, size);
		CHECK(k.n == LONG + 5);
		CHECK(k.s[LONG] == '\n');
		CHECK(!memcmp(k.s + LONG, "\nend\n", 5));
	}
	memcpy(in + LONG, "\r\nend", 5);
	strip_in(&k, in, LONG + 5, 0, 4000);
	CHECK(k.n == LONG + 4);
	memcpy(in, "a\rb", 3); /* a row that becomes too long to be kept by column */
	strip_in(&k, in, LONG, 0, 100);
	CHECK(k.n == LONG - 2);
	memset(in, 'x', 3);
	in[ROW_LINE - 1] = '\r';
	strip_in(&k, in, 2 * ROW_LINE, 0, 2 * ROW_LINE);
	CHECK(k.n == ROW_LINE && !memchr(k.s, '\n', k.n));
	in[ROW_LINE - 1] = 'x';
	in[ROW_LINE + 1] = '\r';
	strip_in(&k, in, 2 * ROW_LINE, 0, 100);
	CHECK(memchr(k.s, '\n', k.n) != NULL);
	memset(in, '\t', LONG); /* the most that a row can grow */
	memcpy(in + ROW_LINE - 9, "\33[9G\33[2@\33[3Pend\n", 17);
	strip_in(&k, in, ROW_LINE + 8, 0, 50);
	CHECK(utf8_plain(k.s, k.n) == k.n);
	free(k.s);
}

static void
test_idle(void)
{
	static struct strip s;
	struct log_writer k = {0};

	strip_init(&s);
	CHECK(strip_due(&s, 5) == 0);
	CHECK(!strip_feed(&s, "one\nName: ", 10, keep, &k));
	CHECK(is(&k, "one\n", 4));
	CHECK(strip_due(&s, 5) == 5 + STRIP_PARTIAL_MS);
	CHECK(!strip_tick(&s, 5, 4 + STRIP_PARTIAL_MS, keep, &k));
	CHECK(is(&k, "one\n", 4));
	CHECK(!strip_tick(&s, 5, 5 + STRIP_PARTIAL_MS, keep, &k));
	CHECK(is(&k, "one\nName: ", 10));
	CHECK(strip_due(&s, 5) == 0);
	CHECK(!strip_feed(&s, "\rName: joe\r\n", 12, keep, &k)); /* redrawn, then more */
	CHECK(is(&k, "one\nName: joe\n", 14));
	CHECK(strip_due(&s, 5) == 0);

	k.n = 0;
	CHECK(!strip_feed(&s, "10%\r20%", 7, keep, &k));
	CHECK(k.n == 0);
	CHECK(strip_due(&s, 5) == 5 + STRIP_REDRAWN_MS);
	CHECK(!strip_tick(&s, 5, 5 + STRIP_REDRAWN_MS, keep, &k)); /* it stands still */
	CHECK(!strip_feed(&s, "\r30%\r40%", 8, keep, &k));
	CHECK(!strip_tick(&s, 9000, 9000 + STRIP_REDRAWN_MS, keep, &k));
	CHECK(!strip_feed(&s, "!\n", 2, keep, &k));
	CHECK(is(&k, "20%\n40%!\n", 9));

	k.n = 0;
	CHECK(!strip_feed(&s, "old\rx\33[", 7, keep, &k));
	CHECK(!strip_flush(&s, keep, &k));
	CHECK(is(&k, "xld", 3));
	CHECK(!strip_feed(&s, "m\n", 2, keep, &k)); /* after the end: as new */
	CHECK(is(&k, "xldm\n", 5));
	k.refuse = 7;
	CHECK(strip_feed(&s, "a\nb\n", 4, keep, &k) == 7);
	CHECK(strip_flush(&s, keep, &k) == 7);
	k.refuse = 0;
	CHECK(!strip_feed(&s, "a\n", 2, keep, &k));
	free(k.s);
}

/* Of a line that is always redrawn some states go out one by one, later ones now and then. */
static void
test_moving(void)
{
	static struct strip s;
	struct log_writer k = {0};
	long long now = 1;
	char state[16];
	int lines = 0;

	strip_init(&s);
	for (int i = 0; i <= 400; i++, now += 50) {
		CHECK(!strip_feed(&s, state, (size_t)snprintf(state, sizeof state, "\r%d%%", i),
			keep, &k));
		CHECK(!strip_tick(&s, now, now, keep, &k));
		CHECK(i >= 40 || k.n == 0);
	}
	CHECK(!memcmp(k.s, "40%\n41%\n42%\n", 12));
	for (size_t i = 0; i < k.n; i++)
		lines += k.s[i] == '\n';
	CHECK(lines > STRIP_STATES && lines < STRIP_STATES + 20);
	k.n = 0;
	CHECK(!strip_feed(&s, "\n1\r2\r3\r4", 9, keep, &k));
	CHECK(strip_due(&s, now) == now + STRIP_REDRAWN_MS);
	CHECK(!strip_tick(&s, now, now, keep, &k));
	CHECK(k.n > 0 && k.s[k.n - 1] == '\n');
	k.n = 0;
	CHECK(!strip_flush(&s, keep, &k));
	CHECK(is(&k, "4", 1));

	k.n = 0; /* dots without a pause, and without a line's end */
	for (int i = 0; i < 60; i++, now += 50) {
		CHECK(!strip_feed(&s, ".", 1, keep, &k));
		CHECK(!strip_tick(&s, now, now, keep, &k));
	}
	CHECK(k.n == 41);
	free(k.s);
}

/* What n columns of blank do between the carriage returns of a shell's prompt. */
static void
test_shell(void)
{
#define BLANK15 "               "
#define BLANK79 BLANK15 BLANK15 BLANK15 BLANK15 BLANK15 "    "
	static const struct {
		size_t width;
		const char *in, *want;
	} all[] = {
		/* zsh, root's too; fish */
		{0, "tok\33[7m%\33[27m" BLANK79 "\r \r\r\33[J$ next\r\n", "tok\n$ next\n"},
		{80, "tok\33[7m%\33[27m" BLANK79 "\r \r\r\33[J$ next\r\n", "tok\n$ next\n"},
		{80, "tok\33[1m#\33[0m" BLANK79 "\r \r\r\33[J$ next\r\n", "tok\n$ next\n"},
		{0, "\rtok\33[2m\xe2\x8f\x8e\33[m" BLANK79 "\r\xe2\x8f\x8e \r\33[K$ next\r\n",
			"tok\n$ next\n"},
		{0, "100%%" BLANK79 "\r \r\r$ next\r\n", "100%\n$ next\n"},
		{0, "one\ntwo%" BLANK79 "\r \r\r$ next\r\n", "one\ntwo\n$ next\n"},
		/* nothing was left there: no empty line */
		{0, "whole\r\n\33[7m%\33[27m" BLANK79 "\r \r\r\33[J$ next\r\n", "whole\n$ next\n"},
		{80, "%" BLANK79 "\r \r\r\33[J$ next\r\n", "$ next\n"},
		{0, "whole\r\n\xe2\x8f\x8e" BLANK79 "\r\xe2\x8f\x8e \r\33[K$ next\r\n",
			"whole\n$ next\n"},
		/* a prompt that prints as many blanks as there are columns, and CR */
		{80, "tok" BLANK79 "\r$ next\r\n", "tok\n$ next\n"},
		{80, BLANK79 "\r$ next\r\n", "$ next\n"},
		/* not a prompt: a line padded to the edge, cleared by blanks, or ended */
		{80, "50%" BLANK15 "\r51%" BLANK15 "\r\n", "51%\n"},
		{80, "long text" BLANK15 "\r \rdone\n", "done text\n"},
		{0, "long text\r" BLANK79 "\rdone\n", "done\n"},
		{80, "text" BLANK79 "\r\n", "text" BLANK79 "\n"},
		{0, "50%" BLANK79 "\r51%\n", "51%\n"},
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		size_t n = strlen(all[i].in);

		for (size_t size = 1; size <= n; size = size == 1 ? 2 : size * 3) {
			struct log_writer k = {0};
			static struct strip s;

			strip_init(&s);
			strip_width(&s, all[i].width);
			for (size_t at = 0; at < n; at += size)
				CHECK(!strip_feed(&s, all[i].in + at, at + size < n ? size : n - at,
					keep, &k));
			CHECK(!strip_flush(&s, keep, &k));
			CHECK(is(&k, all[i].want, strlen(all[i].want)));
			free(k.s);
		}
	}
}

static void
test_text(void)
{
	char d[16];

	CHECK(oneline(d, sizeof d, "\33[1m \ta\r\nb\tc\n\n", 14) == 5);
	CHECK(!strcmp(d, "a b c"));
	CHECK(oneline(d, 5, "ab\303\251\303\251", 6) == 4);
	CHECK(!strcmp(d, "ab\303\251"));
	CHECK(oneline(d, 4, "ab\303\251\303\251", 6) == 2);
	CHECK(oneline(d, 6, "abc  def", 8) == 3);
	CHECK(oneline(d, 1, "abc", 3) == 0 && !d[0]);
	CHECK(oneline(d, sizeof d, "", 0) == 0 && !d[0]);
	d[0] = 'z';
	CHECK(oneline(d, 0, "abc", 3) == 0 && d[0] == 'z');
	CHECK(oneline(d, sizeof d, "a\u202eb\u2069\ufeffc", 12) == 3);
	CHECK(!strcmp(d, "abc"));
	CHECK(oneline_exact(d, sizeof d, "a\u202eb\33[m", 8) == 5);
	CHECK(!strcmp(d, "a\u202eb"));
}

static void
test_utf8(void)
{
	char b[40];

	for (int c = 0; c < 256; c++) { /* at each place of a word, and beyond words */
		int plain = c == '\t' || c == '\n' || (c >= ' ' && c < 0x7f);

		for (size_t i = 0; i < sizeof b; i++) {
			memset(b, 'a', sizeof b);
			b[i] = (char)c;
			CHECK(utf8_plain(b, sizeof b) == (plain ? sizeof b : i));
		}
	}
	CHECK(utf8_width(utf8_code("\342\224\200")) == 1);
	CHECK(utf8_width(0x301) == 0);
	CHECK(utf8_width(0x65e5) == 2 && utf8_width(0x1f389) == 2);
	CHECK(utf8_seq("\364\220\200\200", 4) == -1 && utf8_seq("\364\217\277\277", 4) == 4);
}

/* A recording, in every split. */
static void
test_file(const char *path)
{
	static char in[32768];
	struct log_writer k = {0};
	FILE *f = fopen(path, "r");
	size_t n;

	CHECK(f != NULL);
	n = fread(in, 1, sizeof in, f);
	fclose(f);
	CHECK(n > 0 && n < sizeof in);
	in_every_split(in, n, &k);
	free(k.s);
}

int
main(int argc, char **argv)
{
	if (argc > 1) {
		for (int i = 1; i < argc; i++)
			test_file(argv[i]);
		return 0;
	}
	test_utf8();
	test_cases();
	test_random();
	test_long_lines();
	test_idle();
	test_moving();
	test_shell();
	test_text();
	return 0;
}
