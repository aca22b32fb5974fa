/* final_text - the agent's final text: where it is in the stream, and its beginning; no I/O */
#ifndef EVENTS_FINAL_TEXT_H
#define EVENTS_FINAL_TEXT_H

#include "events/capture.h"

enum {
	FINAL_SHORT = 32 * 1024,
	FINAL_ELEMS = 512 /* elements of one array that it may be joined from */
};

struct final_text {
	long long off, len; /* its line or lines, in bytes of the stream; len 0: nowhere */
	int rule;
	short path;
	unsigned char each, elems[FINAL_ELEMS / 8];
	size_t nbrief;
	int parts;        /* it comes in pieces, in lines among others */
	struct walk walk; /* of the second reading ... */
	int reading, bad; /* ... of pieces: a line has begun; it is not an event */
	long long fed;
	int some, sunk; /* values given to sink; what it returned */
	int (*sink)(void *ctx, const char *, size_t);
	void *ctx;
	char brief[FINAL_SHORT + 1];
};

/*
 * The text is g, of array element elem, in the line at off. A second one of the same line and path
 * is joined to the first by a newline.
 */
void final_text_note(struct final_text *f, long long off, long long len, int rule, long elem,
	const struct got *g);

/* The same for a piece of the text; goes_on: it follows the pieces before. */
void final_text_part(struct final_text *f, long long off, long long len, int rule, long elem,
	const struct got *g, int goes_on);

/* events_result_feed; c is used meanwhile. */
int final_text_feed(struct final_text *f, const struct rules *r, struct capture *c, const char *s,
	size_t n, int (*sink)(void *ctx, const char *, size_t), void *ctx);

#endif
