/* linebuf - the current line of a stream of text, which may yet be overwritten */
#ifndef TEXT_LINEBUF_H
#define TEXT_LINEBUF_H

#include <stddef.h>

#include "text/row.h"

enum { LINEBUF_HELD = 8 };

struct linebuf {
	size_t sent;     /* bytes of the current line, then at b[0], that went out before its end */
	int by_column;   /* something moved back in the line: it is kept as cells */
	int cut;         /* the line was too long: its first part went out and is gone */
	int cr;          /* a carriage return came, and nothing after it yet */
	int wide;        /* it came after many blanks, perhaps from a shell: see linebuf_cr */
	size_t nheld;
	char held[LINEBUF_HELD]; /* what came after it, and is not in the row yet */
	size_t width;    /* columns of the terminal, set after linebuf_init; 0 unknown */
	int each;        /* each state of the line is to go out; for callers of linebuf_show */
	long long since; /* when it was first held back, set by the caller; 0 for each new line */
	int (*out)(void *ctx, const char *s, size_t n); /* set before each call that may write */
	void *ctx;
	int err;         /* the first result of out that was not 0; out is not called again */
	struct row row;  /* whole lines that wait, then the current one; that alone if by_column */
};

void linebuf_init(struct linebuf *l);

/*
 * A carriage return. Before a prompt, zsh and fish print a mark, blanks as wide as the terminal,
 * CR, a blank over the mark, CR. If the program before left a line without its end, the blanks
 * reach beyond the edge, and the prompt begins on a new line: so it does here.
 */
void linebuf_cr(struct linebuf *l);

/* n bytes that utf8_plain accepts, newlines among them. */
void linebuf_text(struct linebuf *l, const char *s, size_t n);

void linebuf_newline(struct linebuf *l);

/* The cursor leaves the line: ends it, unless it is empty. */
void linebuf_leave(struct linebuf *l);

/*
 * The line as cells, to be changed; linebuf_edited must follow. Of a line longer than ROW_LINE the
 * row holds nothing. If a part that has gone out changes, the new state follows on its own line.
 */
struct row *linebuf_edit(struct linebuf *l);
void linebuf_edited(struct linebuf *l);

/* Writes all but the current line, and that too if it is longer than ROW_LINE. */
void linebuf_settle(struct linebuf *l);

/* Writes the current line as it is now, and keeps it. */
void linebuf_show(struct linebuf *l);

/* Writes all; the next text begins a line. */
void linebuf_end(struct linebuf *l);

#endif
