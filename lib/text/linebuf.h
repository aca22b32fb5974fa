/* linebuf - the line at hand of a stream of text, which may yet be written over; whole lines go out; no I/O, no allocation */
#ifndef TEXT_LINEBUF_H
#define TEXT_LINEBUF_H

#include <stddef.h>

#include "text/row.h"

enum { LINEBUF_HELD = 8 };

struct linebuf {
	size_t sent;    /* so much of the line at hand (then at b[0]) was given out before its end */
	int by_column;  /* something moved back in it: it is kept as cells */
	int cut;        /* it was over-long: its first part was given out and dropped */
	int cr;         /* a carriage return, and nothing yet that says what for */
	int wide;       /* it came after a wide blank: a shell may be ending somebody's partial line; see linebuf_cr */
	size_t nheld;
	char held[LINEBUF_HELD]; /* what came since, and was not put yet */
	size_t width;   /* columns of the terminal; 0: not known. The caller sets it, after linebuf_init */
	int each;       /* each state of it is to be given out; for who calls linebuf_show */
	long long since; /* so long it has been held back, by the clock of who sets this; 0 again for another line */
	int (*out)(void *ctx, const char *s, size_t n); /* the caller sets these two before each call that gives out */
	void *ctx;
	int err; /* what out returned, once that was not 0; it is not called again */
	struct row row; /* whole lines not yet given out, then the line at hand; that alone while by_column */
};

void linebuf_init(struct linebuf *l);

/*
 * A carriage return. zsh and fish print a mark, a blank as wide as the terminal, CR, a blank over the mark, CR: so their prompt begins a line of its own, and a line that
 * the program before left without its end stays, which on the screen it does because it has pushed that blank beyond the edge.
 */
void linebuf_cr(struct linebuf *l);

/* n bytes, whole characters as utf8_plain finds them, newlines among them. */
void linebuf_text(struct linebuf *l, const char *s, size_t n);

void linebuf_newline(struct linebuf *l);
/* The cursor goes elsewhere on the screen: ends the line if there is anything on it. */
void linebuf_leave(struct linebuf *l);

/*
 * The line as cells, for a motion or a change; linebuf_edited after that. A line longer than ROW_LINE ends before, and the row is empty.
 * If what is changed was given out already, the line's new state will follow on a line of its own.
 */
struct row *linebuf_edit(struct linebuf *l);
void linebuf_edited(struct linebuf *l);

/* Gives out all but the line at hand; and that, too, where it is longer than ROW_LINE. */
void linebuf_settle(struct linebuf *l);
/* Gives out the line at hand as it is, and keeps it. */
void linebuf_show(struct linebuf *l);
/* Gives out all; the next text begins a line. */
void linebuf_end(struct linebuf *l);

#endif
