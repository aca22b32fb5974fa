/* canvas - a whole terminal to draw on: only what differs is written; left as it was found */
#ifndef LIST_CANVAS_H
#define LIST_CANVAS_H

#include <stddef.h>

#include "base/err.h"
#include "list/keyboard.h"
#include "proc/pty.h"
#include "text/table.h"

enum { CANVAS_SPANS = TABLE_COLUMNS + 1 };

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
	int tty;       /* opened anew: O_NONBLOCK would change a shared description for all */
	int rows, cols;
	struct pty_saved saved;
	int fresh;     /* draw everything: what the terminal shows is not known */
	struct canvas_line *next, *shown;
	char *block;   /* holds the lines, their texts and out */
	size_t room;   /* bytes of each line's text */
	char *out;     /* bytes at..n are still to be written */
	size_t size, n, at;
	struct keyboard keyboard;
};

/*
 * Takes the terminal on standard output, after selfpipe_catch. 0; -1 with why and errno (ENOTTY: it
 * cannot be drawn on), and nothing has changed.
 */
int canvas_open(struct canvas *c, char why[WHY]);
/* Gives the terminal back as it was. May be called twice. */
void canvas_close(struct canvas *c);

/* Give the terminal back for a while, and take it again with its new size. 0, -1 with errno. */
void canvas_leave(struct canvas *c);
int canvas_enter(struct canvas *c);

/* Takes it again after SIGCONT. 0; -1 with errno (ENOTTY: this process is in the background). */
int canvas_again(struct canvas *c);

/* Puts the modes back after another program had the terminal; killed: all that it may have left. */
void canvas_mend(struct canvas *c, int killed);

/* Leaves the terminal and stops this process group as Ctrl-Z does, until it is continued. */
int canvas_suspend(struct canvas *c);

/* To be called after SIGWINCH; the next picture is drawn whole. 0, -1 with errno. */
int canvas_resize(struct canvas *c);

/*
 * canvas_begin empties the next picture, canvas_clear a row of it. canvas_put puts text into a span
 * of columns (table_cell) with `gap` blanks after it; rows and columns count from 0. canvas_show
 * turns the picture into bytes; only after canvas_write has written those of the one before.
 */
void canvas_begin(struct canvas *c);
void canvas_clear(struct canvas *c, int row);
struct canvas_style { enum ink ink; int reverse, right, gap; };
void canvas_put(struct canvas *c, int row, int col, int width, struct canvas_style style,
                const char *text);
void canvas_show(struct canvas *c);

/* Writes without blocking. 1 done; 0 some is left; -1 with errno: the terminal is gone. */
int canvas_write(struct canvas *c);

/* As keyboard_next. */
int canvas_key(struct canvas *c);

#endif
