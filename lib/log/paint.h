/* paint - a log's lines on standard output: coloured by how they begin, with what stands before */
#ifndef LOG_PAINT_H
#define LOG_PAINT_H

#include <stddef.h>

#include "text/table.h"

enum { PAINT_HELD = 16384 };

struct paint {
	int colour;         /* set by the caller */
	const char *before; /* what a line begins with, or NULL; set before each call */
	int midline;        /* the last line has no end yet */
	enum ink ink;       /* its colour */
	size_t n;           /* bytes that wait for paint_flush */
	char held[PAINT_HELD];
};

/*
 * Writes text without controls but tab and newline; a line that comes in pieces has the colour of
 * its first. 0, -1 with errno.
 */
int paint_write(struct paint *p, const char *s, size_t n);
int paint_flush(struct paint *p);

#endif
