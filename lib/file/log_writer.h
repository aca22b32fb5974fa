/* log_writer - a file that only grows (events.jsonl, stderr.log, output.log): a full disk holds bytes back, and in the end drops and counts them, but never stops the agent */
#ifndef FILE_LOG_WRITER_H
#define FILE_LOG_WRITER_H

#include <sys/types.h>

enum { LOG_WRITER_HELD = 256 * 1024 };

struct log_writer {
	int dir;
	const char *name;
	int fd;
	off_t size;        /* of the file, as far as written */
	int turns;         /* so often it became NAME.1, and a new one was begun */
	long long max;     /* rotate to NAME.1 above this; 0 never */
	char *held;        /* bytes the disk did not take yet, at most LOG_WRITER_HELD; NULL: none */
	size_t nheld;
	long long dropped; /* bytes lost because held was full */
	int err;           /* errno of the last failed write; 0: all is well */
};

/* Opens (creates 0600) for appending; half a line at its end, left by a killed writer, is ended. 0, -1 with errno. */
int log_writer_open(struct log_writer *s, int dir, const char *name, long long max);
void log_writer_write(struct log_writer *s, const void *buf, size_t n);
/* Tries again what is held: call it now and then while s->nheld, and before the end. 0 nothing is held, -1 something is. */
int log_writer_retry(struct log_writer *s);
void log_writer_close(struct log_writer *s);

#endif
