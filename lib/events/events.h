/* events - reads an agent's event stream by the rules of its file; no I/O */
#ifndef EVENTS_EVENTS_H
#define EVENTS_EVENTS_H

#include <stddef.h>

#include "agent/stream_rules.h"
#include "task/progress.h"

enum { EVENTS_MEMORY = 512 * 1024 }; /* the most that one of these takes, whatever is read */

struct events;

/*
 * out gets what a person would read, for output.log: lines, without control sequences. a must have
 * its stream rules. NULL with errno; free with events_free.
 */
struct events *events_new(const struct agent *a, void (*out)(void *ctx, const char *s, size_t n),
	void *ctx);
void events_free(struct events *e);

/* The next bytes of the stream, split anywhere. now: epoch seconds. */
void events_feed(struct events *e, const char *s, size_t n, long long now);
/* The stream has ended; half a line is noise. */
void events_eof(struct events *e, long long now);
/* A line of the agent's stderr, without its newline. 1 it is to be shown, 0 not. */
int events_stderr(struct events *e, const char *line, size_t n, long long now);

const struct progress *events_progress(const struct events *e);

/*
 * The agent's final text is not kept whole. Where it is: *off is the offset (bytes fed since
 * events_new) and *len the length of the lines that hold it; 0: no such lines.
 */
void events_result_where(const struct events *e, long long *off, long long *len);
/* Takes those lines, read back, in pieces; sink gets the text. 0, or the first non-0 of sink. */
int events_result_feed(struct events *e, const char *s, size_t n,
	int (*sink)(void *ctx, const char *, size_t), void *ctx);
/* The beginning of the text, for when the lines cannot be read back. */
const char *events_result_short(const struct events *e);

#endif
