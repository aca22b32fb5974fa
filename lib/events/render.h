/* render - how an agent's events look to a person: text as it is, everything else behind a mark at the line's start */
#ifndef EVENTS_RENDER_H
#define EVENTS_RENDER_H

#include <stddef.h>

#include "text/strip.h"

/* of a tool's output; of a marked line; of a text in pieces */
enum { RENDER_LINES = 6, RENDER_BYTES = 1500, RENDER_LINE = 240, RENDER_PART = 32 * 1024 };

struct render {
	void (*out)(void *ctx, const char *s, size_t n);
	void *ctx;
	int indented, at_start;
	int in_part;
	long long part; /* bytes of the text at hand so far */
	/* the marked line just written: the same again is left out, "" if something else followed */
	char last[RENDER_LINE + 16];
	struct strip strip;
};

void render_init(struct render *r, void (*out)(void *ctx, const char *s, size_t n), void *ctx);

/* Text of n bytes, of which total were in the event; ends with a newline. */
void render_text(struct render *r, const char *s, size_t n, long long total);
/* A piece of a text that goes on; whatever else is written ends it, and so does render_part_end. Lines show once they are whole. */
void render_part(struct render *r, const char *s, size_t n, long long total);
void render_part_end(struct render *r);
/* A tool's output: its first lines, indented. */
void render_output(struct render *r, const char *s, size_t n, long long total);
/* One line: mark, then s, cut if it is long. once: not if it is what was written last. */
void render_line(struct render *r, const char *mark, const char *s, size_t n, int once);

#endif
