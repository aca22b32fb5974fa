/* canvas - a whole terminal to draw on: entered, drawn by what differs, left as it was */
#ifndef LIST_CANVAS_H
#define LIST_CANVAS_H

#include <stddef.h>

#include "base/err.h"
#include "proc/pty.h"
#include "text/table.h"

enum { CANVAS_SPANS = TABLE_COLUMNS + 1, CANVAS_KEYS = 64 };

/* Other keys are their byte. */
enum { KEY_NONE, KEY_UP = 256, KEY_DOWN, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_HOME, KEY_END };

struct canvas_line {
	size_t n, used;
	struct canvas_span {
		int col, width, ink, reverse;
		size_t from, len; /* in text */
	} span[CANVAS_SPANS];
	char *text;
};

struct canvas {
	char name[64]; /* of the terminal */
	int tty;       /* it, through a description of our own: that it does not block is nobody else's concern */
	int rows, cols;
	struct pty_saved saved;
	int fresh;     /* nothing is known of what it shows */
	struct canvas_line *now, *then;
	char *block;
	size_t room;   /* of each line's text */
	char *out;     /* what is to be written */
	size_t size, n, at;
	char keys[CANVAS_KEYS];
	size_t nkeys, key;
	int escape, number;
};

/* Takes the terminal that is standard output. Signals (selfpipe.h) are to be caught already. 0; -1 with why and errno (ENOTTY: there is none that could be drawn on), and nothing changed. */
int canvas_open(struct canvas *c, char why[WHY]);
/* Gives it back as it was. May be called twice. */
void canvas_close(struct canvas *c);

/* For a while. canvas_enter also takes its size anew; -1 with errno, and it is as after canvas_leave. */
void canvas_leave(struct canvas *c);
int canvas_enter(struct canvas *c);
/* After SIGWINCH. All is drawn anew. 0, -1 with errno. */
int canvas_resize(struct canvas *c);

/* A new picture: begun empty; text in a span of columns, see table_cell, and `gap` blanks after it; shown, once the one before is written. Rows and columns count from 0. */
void canvas_begin(struct canvas *c);
struct canvas_style { enum ink ink; int reverse, right, gap; };
void canvas_put(struct canvas *c, int row, int col, int width, struct canvas_style style, const char *text);
void canvas_show(struct canvas *c);

/* Writes what the terminal takes now. 1 all is written, 0 there is more, -1 with errno: the terminal is gone. */
int canvas_write(struct canvas *c);

/* The next key; KEY_NONE: none now; -1 with errno: the terminal is gone. */
int canvas_key(struct canvas *c);

#endif
