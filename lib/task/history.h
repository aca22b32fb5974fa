/* history - DIR/history: a line an event, "TIME name key=value...", appended, never rewritten */
#ifndef TASK_HISTORY_H
#define TASK_HISTORY_H

/*
 * Appends event, and the pairs of kv (key, value, ..., NULL; may be NULL) whose value is not "". A
 * value with blanks, quotes or control characters is put in double quotes (\" and \\ inside;
 * control characters become blanks) and cut at 1000 bytes. 0, -1 with errno.
 */
int history_add(int dir, const char *event, const char *const kv[]);

#endif
