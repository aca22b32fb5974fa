/* typing - a line that a person types into the foot of the screen; no I/O */
#ifndef LIST_TYPING_H
#define LIST_TYPING_H

#include <stddef.h>

enum { TYPING_SIZE = 4096 };

/* text[0..n) ends with NUL, and is all 0 in the beginning. */
struct typing {
	size_t n;
	char text[TYPING_SIZE];
};

/* What a key of keyboard.h made of it: still open, finished (Enter), given up. */
enum typing_is { TYPING_OPEN, TYPING_DONE, TYPING_LEFT };
enum typing_is typing_key(struct typing *p, int key);

/* As much of the text's end as fits into width columns. */
const char *typing_tail(const struct typing *p, int width);

#endif
