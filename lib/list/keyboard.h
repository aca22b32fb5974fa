/* keyboard - the keys that a person presses, read from a terminal in raw mode */
#ifndef LIST_KEYBOARD_H
#define LIST_KEYBOARD_H

#include <stddef.h>

/* Every other key is its byte; a byte that was pasted is KEY_PASTED above that. */
enum {
	KEY_NONE, KEY_ESCAPE = 27, KEY_UP = 256, KEY_DOWN, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_HOME,
	KEY_END, KEY_PASTED = 1024
};

enum { KEYBOARD_BYTES = 64, KEYBOARD_ESCAPE_MS = 50 };

/* All 0 in the beginning. */
struct keyboard {
	char bytes[KEYBOARD_BYTES];
	size_t n, at;
	int within, number;   /* the escape sequence read so far */
	int paste;
	long long escaped_at; /* clock_ms of an ESC with nothing after it */
};

/*
 * The next key from fd, which does not block; KEY_NONE: none so far; -1 with errno: the terminal is
 * gone. now as clock_ms.
 */
int keyboard_next(struct keyboard *k, int fd, long long now);

/* Whether an ESC waits, which after KEYBOARD_ESCAPE_MS without more bytes is a key of its own. */
int keyboard_pending(const struct keyboard *k);

/* Drops the keys that came together with the last one. */
void keyboard_forget(struct keyboard *k);

#endif
