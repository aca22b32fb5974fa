/* history - one line an event, appended whole, never rewritten: "TIME name key=value..." */
#ifndef TASK_HISTORY_H
#define TASK_HISTORY_H

/*
 * Appends to dir/history: event name and pairs (key, value, ..., NULL); pairs with "" are left out; a value with blanks, quotes or control
 * characters is put in double quotes (\" and \\ inside, control characters as blanks) and cut at 1000 bytes. 0, -1 with errno.
 */
int history_add(int dir, const char *event, const char *const kv[]);

#endif
