/*
 * log_writer - appends to a log (events.jsonl, stderr.log, output.log) and rotates it
 *
 * While the disk is full it holds bytes back, and at last drops and counts them: the agent is
 * never stopped.
 */
#ifndef FILE_LOG_WRITER_H
#define FILE_LOG_WRITER_H

#include <sys/types.h>

enum { LOG_WRITER_HELD = 256 * 1024 };

struct log_writer {
	int dir;
	const char *name;
	int fd;
	off_t size;        /* of the file */
	long long max;     /* the size at which it is rotated to NAME.1; 0 never */
	char *held;        /* bytes not written yet, at most LOG_WRITER_HELD, or NULL */
	size_t nheld;
	long long dropped; /* bytes lost because held was full */
	int err;           /* errno of the last failed write; 0 once all is written */
};

/* Opens for appending (created 0600); ends the torn line of a killed writer. 0; -1 with errno. */
int log_writer_open(struct log_writer *s, int dir, const char *name, long long max);
void log_writer_write(struct log_writer *s, const void *buf, size_t n);
/* Writes what is held; call it now and then while s->nheld. 0; -1 if something is left. */
int log_writer_retry(struct log_writer *s);
void log_writer_close(struct log_writer *s);

#endif
