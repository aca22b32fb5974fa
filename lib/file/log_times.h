/*
 * log_times - when the parts of a log were written
 *
 * LOG.times has lines "INODE OFFSET TIME": what stands in that file from there on was written then,
 * in epoch seconds. A lost line costs times, never text.
 */
#ifndef FILE_LOG_TIMES_H
#define FILE_LOG_TIMES_H

#include <stdio.h>
#include <sys/types.h>

/* Notes that what follows at that offset of dir/name (-1: its end) is written at `now`. */
void log_times_note(int dir, const char *name, off_t at, long long now);

/* file_append to dir/name, with a note. */
int log_times_append(int dir, const char *name, const void *buf, size_t n);

struct log_times_entry {
	unsigned long long ino;
	long long at, time;
};

/* A reader; all zero, but for dir and name, at first. */
struct log_times {
	int dir;
	const char *name;
	FILE *f;
	unsigned long long ino; /* of the log that is read; 0: of none yet */
	int found, have;        /* its entries were found; next is one that is not used yet */
	struct log_times_entry now, next;
};

/* To be called after each read from the log: fd is where it came from, perhaps another file. */
void log_times_of(struct log_times *t, int fd);

/* When the text at that offset was written; 0: not known. Offsets ascend. */
long long log_times_at(struct log_times *t, off_t at);

#endif
