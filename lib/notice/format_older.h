/* format_older - an event in the words of the older supervisors; no I/O */
#ifndef NOTICE_FORMAT_OLDER_H
#define NOTICE_FORMAT_OLDER_H

#include <stddef.h>

/* The prefix of a line that is to have their form. */
#define NOTICE_OLDER "cc-supervisor:"

/*
 * "stopped:end_turn:prompt_back", "error:api_500", "error:Bash", "notification:permission" and the
 * like, for an event of ours; reason is the task's, of which a failed one takes the status. An
 * event that they had no word for stays as it is.
 */
void format_older_event(const char *event, const char *reason, char *buf, size_t size);

#endif
