/* strip - turns terminal output into plain text, from bytes in any split */
#ifndef TEXT_STRIP_H
#define TEXT_STRIP_H

#include <stddef.h>

#include "text/linebuf.h"

enum {
	STRIP_PARTIAL_MS = 100,  /* a line without an end goes out after this much silence */
	STRIP_REDRAWN_MS = 2000, /* a line that is overwritten (a progress bar) waits this long */
	STRIP_STATES = 64        /* ... and then this many of its states go out as they come */
};

/*
 * The output is well-formed UTF-8 without controls but tab and newline, whatever the input.
 * Removed: CSI, OSC, DCS, SOS, PM, APC, titles (ESC k), charsets, all other ESC, C1 (as bytes or as
 * U+0080-U+009F), C0, DEL. A control string ends at BEL, ST, CAN, SUB, ESC, and at a newline, so
 * that one without an end costs one line. VT, FF and NEL are newlines; CR LF is one newline. Each
 * broken sequence of bytes becomes one U+FFFD.
 * Motions and erasures within a line (CR, BS, CHA, CUF, CUB, EL, ECH, DCH, ICH, REP) are carried
 * out by column; trailing spaces of such a line are dropped. A motion to another line (CUP, CUU,
 * ...) ends the line unless it is empty. A line longer than ROW_LINE goes out in pieces: a motion
 * back into it starts a new line, so that nothing is lost.
 */
struct strip {
	int state;
	int after_bad;  /* the byte before belongs to no character */
	unsigned intro; /* the C1 that began the control string */
	int private;    /* the first byte of the parameters, if it is < = > or ? */
	unsigned num;   /* the first parameter, or 0 */
	int num_done;
	int states;     /* how many states of an overwritten line may still go out at once */
	char u[4];      /* the bytes of a character so far */
	size_t ulen;
	struct linebuf line; /* large, so last: the rest shares a page with its neighbours */
};

void strip_init(struct strip *s);

/*
 * Sets the width of the terminal that the text was made for; 0, as after strip_init, is unknown. By
 * it a shell's prompt is told from the unfinished line before it.
 */
void strip_width(struct strip *s, size_t columns);

/*
 * Takes n bytes and gives finished lines to out. 0, or what out returned if that was not 0: then
 * the rest is dropped, and s must be initialised again.
 */
int strip_feed(struct strip *s, const char *in, size_t n,
	int (*out)(void *ctx, const char *, size_t), void *ctx);

/*
 * After each strip_feed: when the current line is to go out although it has no end, if nothing
 * comes before; 0: nothing waits. A prompt goes out after a short silence; a line that is being
 * overwritten, or grows without a pause, when nothing of it went out for 2 s. Times are the
 * caller's, in ms, never 0; heard is that of the last strip_feed.
 */
long long strip_due(struct strip *s, long long heard);

/*
 * Writes that line if it is due. If it is overwritten later, its new state follows on a line of its
 * own: STRIP_STATES of them as they come, so that no step of a progress bar is missed, later ones
 * each time that one is due. Returns as strip_feed.
 */
int strip_tick(struct strip *s, long long heard, long long now,
	int (*out)(void *ctx, const char *, size_t), void *ctx);

/* At the end of input: writes what is left, without a newline, and initialises s. As strip_feed. */
int strip_flush(struct strip *s, int (*out)(void *ctx, const char *, size_t), void *ctx);

/*
 * Writes n bytes of src as one line for a person: stripped, without invisible characters
 * (utf8_visible), newlines and tabs as spaces, none at either end. It is cut at a character; dst,
 * of size bytes, always ends with NUL. Returns the length.
 */
size_t oneline(char *dst, size_t size, const char *src, size_t n);

/* The same for a program: keeps invisible characters. */
size_t oneline_exact(char *dst, size_t size, const char *src, size_t n);

#endif
