/* format_older - an event in the words of older supervisors; no I/O */
#ifndef NOTICE_FORMAT_OLDER_H
#define NOTICE_FORMAT_OLDER_H

#include <stddef.h>

/* The prefix of a line that is to have their form. */
#define NOTICE_OLDER "cc-supervisor:"

/*
 * Puts "stopped:end_turn:prompt_back", "error:api_500", "notification:permission" or the like into
 * buf. reason is the task's: a failed event takes the HTTP status from it. An event without an
 * older word stays as it is.
 */
void format_older_event(const char *event, const char *reason, char *buf, size_t size);

#endif
