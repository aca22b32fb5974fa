/* result - DIR/result: the agent's final text */
#ifndef WRAP_RESULT_H
#define WRAP_RESULT_H

#include <sys/types.h>

#include "events/events.h"

/*
 * Writes the final text of the event stream, whole: it is decoded again from the line in
 * events.jsonl that ev names (its offsets count from start). If the file does not have every event
 * (whole is 0), ev's bounded copy is written. 0, -1 with errno.
 */
int result_from_events(int dir, struct events *ev, off_t start, int whole);

/*
 * Writes the last 4096 bytes, from the beginning of a line, of what a command has printed: of
 * output.log from start on, which has been rotated `turns` times since then. 0, -1 with errno.
 */
int result_from_output(int dir, off_t start, int turns);

#endif
