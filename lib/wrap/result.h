/* result - DIR/result: the agent's final text, whole */
#ifndef WRAP_RESULT_H
#define WRAP_RESULT_H

#include <sys/types.h>

#include "events/events.h"

/* From the line of dir/events.jsonl that ev names (offsets count from start), or, if whole is 0 (the disk did not take every event), ev's bounded copy. 0, -1 with errno. */
int result_from_events(int dir, struct events *ev, off_t start, int whole);

/*
 * A command's: the last RESULT_TAIL bytes that dir/output.log has had from start on, from the beginning of a line; turns: so often it has been rotated since it had that start. 0, -1 with errno.
 */
enum { RESULT_TAIL = 4096 };
int result_from_output(int dir, off_t start, int turns);

#endif
