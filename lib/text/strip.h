/* strip - text without terminal control, from bytes in any split; a state machine, no I/O, no allocation */
#ifndef TEXT_STRIP_H
#define TEXT_STRIP_H

#include <stddef.h>

#include "text/linebuf.h"

enum {
	STRIP_PARTIAL_MS = 100,  /* quiet after which a line without its end goes out */
	STRIP_REDRAWN_MS = 2000, /* a line that is being overwritten (a progress bar) is held so long at most */
	STRIP_STATES = 64        /* ... and then so many of its states go out as they come */
};

/*
 * What comes out is well-formed UTF-8, whatever came in, and has no control but tab and newline.
 * Control sequences go: CSI, OSC, DCS, SOS, PM, APC, titles (ESC k), charsets, all other ESC, C1 (as bytes or as U+0080-U+009F), C0,
 * DEL. A control string ends at BEL, ST, CAN, SUB, ESC, and at a newline, so that one without an end costs no more than its line.
 * VT, FF and NEL are newlines, CR LF is one. Bytes that belong to no character become U+FFFD, one for each broken sequence.
 * What moves in the line or erases in it (CR, BS, CHA, CUF, CUB, EL, ECH, DCH, ICH, REP) is carried out by column; trailing spaces of
 * such a line are dropped. A jump to elsewhere on the screen (CUP, CUU, ...) ends the line, if there is anything on it.
 * A line longer than ROW_LINE goes out in pieces: what moves back in it starts a new line, and nothing of it is lost.
 */
struct strip {
	int state;
	int after_bad;  /* the byte before belongs to no character */
	unsigned intro; /* of a control string that came as C1 */
	int private;    /* first byte of the parameters where it is < = > ? */
	unsigned num;   /* first parameter; 0 if none */
	int num_done;
	int states;     /* of a line that is being overwritten: so many may still go out at once */
	char u[4]; /* a character's bytes so far */
	size_t ulen;
	struct linebuf line; /* the big part last, so that the rest shares a page with its neighbours */
};

void strip_init(struct strip *s);

/* How wide the terminal is for which the text was made; 0: not known, as after strip_init. It tells where a line that was left without its end is pushed on by a shell's prompt. */
void strip_width(struct strip *s, size_t columns);

/*
 * Takes n bytes; gives the lines they complete to out. Returns 0, or what out returned if that was not 0: then no more is taken, and
 * only strip_init makes s usable again. The split does not matter.
 */
int strip_feed(struct strip *s, const char *in, size_t n, int (*out)(void *ctx, const char *, size_t), void *ctx);

/*
 * Times are the caller's, in ms, and not 0; heard: when it last fed. When the line at hand is to be given out as it is then, if nothing else comes: a prompt when input was quiet for a
 * moment, a line that is being overwritten, or that grows without a pause, when nothing of it was seen for 2 s. 0: nothing is held back. To be called after each strip_feed.
 */
long long strip_due(struct strip *s, long long heard);

/*
 * Gives that out, if it is due by now. One that is overwritten later has its new state follow on a line of its own: the next of one that moves all the time, STRIP_STATES of them, as they
 * come, so that none of a bar is missed; then one each time that it is due. Returns as strip_feed.
 */
int strip_tick(struct strip *s, long long heard, long long now, int (*out)(void *ctx, const char *, size_t), void *ctx);

/* End of input: gives out what is left; no newline is added. s is as after strip_init. Returns as strip_feed. */
int strip_flush(struct strip *s, int (*out)(void *ctx, const char *, size_t), void *ctx);

/*
 * n bytes of src as one line in dst (size bytes, always ended by NUL, cut at a character), for a person: stripped; newlines and tabs are spaces, none
 * at either end; without what turns the direction of the line, or is not seen (utf8_visible). Returns its length.
 */
size_t oneline(char *dst, size_t size, const char *src, size_t n);

/* The same, with that, for a program. */
size_t oneline_exact(char *dst, size_t size, const char *src, size_t n);

#endif
