/* log_reader - reads a growing log as one stream, also across its rotation to NAME.1 */
#ifndef FILE_LOG_READER_H
#define FILE_LOG_READER_H

#include <sys/types.h>

struct log_reader {
	int dir, fd; /* fd -1: the file does not exist yet */
	const char *name;
};

/* Starts at the beginning of NAME.1, then NAME; neither need exist. 0; -1 with errno. */
int log_reader_open(struct log_reader *t, int dir, const char *name);

/*
 * Starts at the last n lines that begin with mark ("": any; fewer than 64 bytes), or at the
 * beginning if the log has fewer; a line without an end counts. 0; -1 with errno.
 */
int log_reader_last(struct log_reader *t, int dir, const char *name, long long n, const char *mark);

/*
 * The next bytes. Their number; 0: no more for now; -1 with errno. A reader that falls behind by
 * more than all of NAME.1 misses what was thrown away.
 */
ssize_t log_reader_read(struct log_reader *t, char *buf, size_t size);

void log_reader_close(struct log_reader *t);

#endif
