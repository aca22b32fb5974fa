/* strings - the inside of a JSON string: plain bytes, escapes, surrogates */
#include "json/jsonstate.h"

#include <string.h>

void
strings_emit(struct json *j, const char *s, size_t n)
{
	if (n == 0)
		return;
	if (!j->is_key) {
		if (!j->mute)
			j->ops->data(j->ctx, s, n);
		return;
	}
	if (j->nkey + n <= sizeof j->key)
		memcpy(j->key + j->nkey, s, n);
	if (j->nkey <= sizeof j->key)
		j->nkey += n;
}

static void
emit_code(struct json *j, unsigned c)
{
	char u[4];
	size_t n;

	if (c < 0x80) {
		u[0] = (char)c;
		n = 1;
	} else if (c < 0x800) {
		u[0] = (char)(0xc0 | c >> 6);
		n = 2;
	} else if (c < 0x10000) {
		u[0] = (char)(0xe0 | c >> 12);
		n = 3;
	} else {
		u[0] = (char)(0xf0 | c >> 18);
		n = 4;
	}
	for (size_t i = n; i-- > 1; c >>= 6)
		u[i] = (char)(0x80 | (c & 0x3f));
	strings_emit(j, u, n);
}

void
strings_lone(struct json *j)
{
	if (j->high)
		emit_code(j, 0xfffd);
	j->high = 0;
}

static void
unicode(struct json *j, unsigned c)
{
	if (j->high && c >= 0xdc00 && c < 0xe000) {
		emit_code(j, 0x10000 + ((j->high - 0xd800) << 10) + (c - 0xdc00));
		j->high = 0;
		return;
	}
	strings_lone(j);
	if (c >= 0xd800 && c < 0xdc00)
		j->high = c;
	else
		emit_code(j, c >= 0xdc00 && c < 0xe000 ? 0xfffd : c);
}

int
strings_escape(struct json *j, char c)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = c ? strchr(from, c) : NULL;

	j->state = STRING;
	if (c == 'u') {
		j->state = UNICODE;
		j->code = 0;
		j->digits = 0;
		return 0;
	}
	if (!at)
		return -1;
	strings_lone(j);
	strings_emit(j, &to[at - from], 1);
	return 0;
}

int
strings_unicode(struct json *j, char c)
{
	static const char hex[] = "0123456789abcdef";
	const char *at = c ? strchr(hex, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;

	if (!at)
		return -1;
	j->code = j->code << 4 | (unsigned)(at - hex);
	if (++j->digits == 4) {
		j->state = STRING;
		unicode(j, j->code);
	}
	return 0;
}

const char *
strings_plain(const char *p, const char *end)
{
	while (end - p >= 8) {
		unsigned long long w, q, b;
		const unsigned long long ones = 0x0101010101010101ULL, tops = 0x8080808080808080ULL;

		memcpy(&w, p, sizeof w);
		q = w ^ (ones * '"');
		b = w ^ (ones * '\\');
		if ((((q - ones) & ~q) | ((b - ones) & ~b)) & tops)
			break;
		p += 8;
	}
	while (p < end && *p != '"' && *p != '\\')
		p++;
	return p;
}
