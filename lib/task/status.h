/* status - the status of a task, and its words */
#ifndef TASK_STATUS_H
#define TASK_STATUS_H

enum status { ST_CREATED, ST_LAUNCHING, ST_RUNNING, ST_COMPLETED, ST_FAILED, ST_STOPPED, ST_CRASHED,
	ST_HUNG, ST_LIMITED, ST_ABANDONED, ST_LAST };

const char *status_word(enum status s);
/* All words, a blank before each. */
const char *status_all(void);
/* ST_LAST for any other word. */
enum status status_parse(const char *word);
/* 1 for completed, failed and stopped, after which `done` is written. */
int status_terminal(enum status s);

#endif
