/* typing - a line that a person types into the foot of the screen */
#include "list/typing.h"

#include <string.h>

#include "base/utf8.h"
#include "list/keyboard.h"
#include "text/table.h"

enum { CTRL_C = 3, CTRL_G = 7, BACKSPACE = 8, CTRL_U = 21, CTRL_W = 23, DELETE = 127 };

/* Takes off the last character. */
static void
back(struct typing *p)
{
	while (p->n > 0 && (p->text[--p->n] & 0xc0) == 0x80)
		;
}

static void
back_word(struct typing *p)
{
	while (p->n > 0 && p->text[p->n - 1] == ' ')
		p->n--;
	while (p->n > 0 && p->text[p->n - 1] != ' ')
		p->n--;
}

/* A pasted line end must not send what stands before it. */
enum typing_is
typing_key(struct typing *p, int key)
{
	int byte = key >= KEY_PASTED ? key - KEY_PASTED : key;

	if (key != byte && (byte == '\r' || byte == '\n' || byte == '\t'))
		key = byte = ' ';
	switch (key) {
	case '\r':
	case '\n': return TYPING_DONE;
	case KEY_ESCAPE:
	case CTRL_C:
	case CTRL_G: return TYPING_LEFT;
	case BACKSPACE:
	case DELETE:
		if (!p->n)
			return TYPING_LEFT;
		back(p);
		break;
	case CTRL_U: p->n = 0; break;
	case CTRL_W: back_word(p); break;
	default:
		if (byte >= ' ' && byte < KEY_UP && byte != DELETE && p->n + 1 < sizeof p->text)
			p->text[p->n++] = (char)byte;
	}
	p->text[p->n] = 0;
	return TYPING_OPEN;
}

const char *
typing_tail(const struct typing *p, int width)
{
	const char *s = p->text;
	size_t n = p->n;

	while (n > 0 && table_width(s) > width) {
		int k = utf8_seq(s, n);
		size_t step = k > 0 ? (size_t)k : k < 0 ? (size_t)-k : n;

		s += step;
		n -= step;
	}
	return s;
}
