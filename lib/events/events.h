/* events - an agent's event stream, read by the rules of its file: session, text, tools, usage, end; no I/O */
#ifndef EVENTS_EVENTS_H
#define EVENTS_EVENTS_H

#include <stddef.h>

#include "agent/agent.h"
#include "task/progress.h"

struct events;

/*
 * out: what a person would read, ready for output.log (lines end in \n; already without control sequences).
 * Returns NULL with errno. now: epoch seconds, for reset times ("in 2 hours"). Memory is bounded: EVENTS_MEMORY bytes whatever comes.
 */
enum { EVENTS_MEMORY = 512 * 1024 };
struct events *events_new(const struct agent *a, void (*out)(void *ctx, const char *s, size_t n),
	void *ctx);
void events_free(struct events *e);

/* Bytes of the stream as they come, any split. now in epoch seconds. */
void events_feed(struct events *e, const char *s, size_t n, long long now);
/* End of the stream: half a line is counted as noise. */
void events_eof(struct events *e, long long now);
/* A line of the agent's stderr (without \n): stderr.session, stderr.drop, lost= and sort= rules. Returns 1 if it is to be shown, 0 to drop it. */
int events_stderr(struct events *e, const char *line, size_t n, long long now);

const struct progress *events_progress(const struct events *e);

/*
 * The final text. Where: offset (bytes fed since events_new) and length of the line that holds it; 0 bytes: none.
 * events_result streams it, whole, decoded, from that line's bytes, which the caller reads back from events.jsonl.
 */
void events_result_where(const struct events *e, long long *off, long long *len);
/* Feed that line in pieces; sink gets the decoded text in pieces. Returns 0, or what sink returned non-zero. */
int events_result_feed(struct events *e, const char *s, size_t n,
	int (*sink)(void *ctx, const char *, size_t), void *ctx);
/* Bounded copy for when events.jsonl could not be written. */
const char *events_result_short(const struct events *e);

#endif
