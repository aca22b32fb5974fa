/* render - an agent's events for people: text as it is, all else behind a mark ("> ", "! ") */
#ifndef EVENTS_RENDER_H
#define EVENTS_RENDER_H

#include <stddef.h>

#include "text/strip.h"

enum {
	RENDER_LINES = 6, RENDER_BYTES = 1500, /* of a tool's output */
	RENDER_LINE = 240,                     /* of a marked line */
	RENDER_PART = 32 * 1024                /* of a text in pieces */
};

struct render {
	void (*out)(void *ctx, const char *s, size_t n);
	void *ctx;
	int indented, at_start;
	int in_part;
	long long part; /* bytes of the text in pieces so far */
	char last[RENDER_LINE + 16]; /* the marked line, if that was written last; else "" */
	struct strip strip;
};

void render_init(struct render *r, void (*out)(void *ctx, const char *s, size_t n), void *ctx);

/* A text of total bytes, of which n are at s. A newline ends it. */
void render_text(struct render *r, const char *s, size_t n, long long total);
/*
 * A piece of a text that goes on, until anything else is written or render_part_end is called. A
 * line is shown once it is whole.
 */
void render_part(struct render *r, const char *s, size_t n, long long total);
void render_part_end(struct render *r);
/* A tool's output: its first lines, indented. */
void render_output(struct render *r, const char *s, size_t n, long long total);
/* One line: mark, then s, cut if it is long. once: not if the last line was the same. */
void render_line(struct render *r, const char *mark, const char *s, size_t n, int once);

#endif
