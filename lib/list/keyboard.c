/* keyboard - the keys that a person presses, read from a terminal in raw mode */
#include "list/keyboard.h"

#include <errno.h>
#include <unistd.h>

enum { PLAIN, ESCAPE, CSI, SS3 };
enum { PASTE_BEGINS = 200, PASTE_ENDS };

/* What ESC [ A, ESC O A or ESC [ 5 ~ means, from its number and last byte. */
static int
sequence(struct keyboard *k, char last)
{
	static const int numbered[] = {
		[1] = KEY_HOME, [4] = KEY_END, [5] = KEY_PAGE_UP, [6] = KEY_PAGE_DOWN,
		[7] = KEY_HOME, [8] = KEY_END
	};

	if (last == '~' && (k->number == PASTE_BEGINS || k->number == PASTE_ENDS)) {
		k->paste = k->number == PASTE_BEGINS;
		return KEY_NONE;
	}
	switch (last) {
	case 'A': return KEY_UP;
	case 'B': return KEY_DOWN;
	case 'H': return KEY_HOME;
	case 'F': return KEY_END;
	case '~': return k->number <= 8 ? numbered[k->number] : KEY_NONE;
	default: return KEY_NONE;
	}
}

/* Takes one byte more. KEY_NONE: no key so far, or one without a meaning. */
static int
take(struct keyboard *k, char b)
{
	int was = k->within;

	k->within = PLAIN;
	if (b == '\033') {
		k->within = ESCAPE;
	} else if (was == ESCAPE && (b == '[' || b == 'O')) {
		k->within = b == '[' ? CSI : SS3;
		k->number = 0;
	} else if (was == CSI && b >= ' ' && b < '@') {
		k->within = CSI;
		if (b >= '0' && b <= '9' && k->number < 100)
			k->number = 10 * k->number + b - '0';
	} else if (was == CSI || was == SS3) {
		return sequence(k, b);
	} else if (was != ESCAPE || (unsigned char)b < ' ') { /* Alt with a key means nothing */
		return (k->paste ? KEY_PASTED : 0) + (unsigned char)b;
	}
	return KEY_NONE;
}

int
keyboard_next(struct keyboard *k, int fd, long long now)
{
	for (;;) {
		int key;
		ssize_t n;

		while (k->at < k->n)
			if ((key = take(k, k->bytes[k->at++])) != KEY_NONE)
				return key;
		n = read(fd, k->bytes, sizeof k->bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			if (!keyboard_pending(k) || now - k->escaped_at < KEYBOARD_ESCAPE_MS)
				return KEY_NONE;
			k->within = PLAIN;
			return KEY_ESCAPE;
		}
		if (n <= 0) {
			errno = n ? errno : EIO;
			return -1;
		}
		k->at = 0;
		k->n = (size_t)n;
		k->escaped_at = now;
	}
}

int
keyboard_pending(const struct keyboard *k)
{
	return k->within == ESCAPE && !k->paste;
}

void
keyboard_forget(struct keyboard *k)
{
	k->at = k->n = 0;
}
