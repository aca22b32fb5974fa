/* final_text - the agent's final text: where in the stream it is, a bounded copy, and the whole of it read again; no I/O */
#ifndef EVENTS_FINAL_TEXT_H
#define EVENTS_FINAL_TEXT_H

#include "events/capture.h"

enum {
	FINAL_SHORT = 32 * 1024,
	FINAL_ELEMS = 512 /* elements of one array that it may be joined from */
};

struct final_text {
	long long off, len; /* the line, in bytes of the stream; len 0: nowhere */
	int rule;
	short path;
	unsigned char each, elems[FINAL_ELEMS / 8];
	size_t nbrief;
	int parts;        /* it is in pieces, from off on, in lines among others */
	struct walk walk; /* of the second reading */
	int reading, bad; /* ... of pieces: a line has begun, it is no event */
	long long fed;
	int some, sunk; /* values given out; what sink returned */
	int (*sink)(void *ctx, const char *, size_t);
	void *ctx;
	char brief[FINAL_SHORT + 1];
};

/* g, from element elem, is the text as far as is known; a second one from the same line and path is joined to the first by a newline. */
void final_text_note(struct final_text *f, long long off, long long len, int rule, long elem,
	const struct got *g);

/* The same for a piece of it; goes_on: it follows those before. */
void final_text_part(struct final_text *f, long long off, long long len, int rule, long elem,
	const struct got *g, int goes_on);

/* events_result_feed; c is for use meanwhile. */
int final_text_feed(struct final_text *f, const struct rules *r, struct capture *c, const char *s,
	size_t n, int (*sink)(void *ctx, const char *, size_t), void *ctx);

#endif
