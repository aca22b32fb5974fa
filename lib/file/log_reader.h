/* log_reader - a growing log as one stream of bytes, also while it is renamed to NAME.1 and begun anew */
#ifndef FILE_LOG_READER_H
#define FILE_LOG_READER_H

#include <sys/types.h>

struct log_reader {
	int dir, fd; /* fd -1: there is no such file yet */
	const char *name;
};

/* From the beginning of what is there: NAME.1, then NAME. That there is neither is no error. 0, -1 with errno. Close with log_reader_close. */
int log_reader_open(struct log_reader *t, int dir, const char *name);

/* From where the last n lines begin; a line that has no end yet is one. */
int log_reader_last(struct log_reader *t, int dir, const char *name, long long n);

/* The next bytes. Their number; 0: that is all for now; -1 with errno. A reader that lags behind by more than a whole NAME.1 misses what was thrown away. */
ssize_t log_reader_read(struct log_reader *t, char *buf, size_t size);

void log_reader_close(struct log_reader *t);

#endif
