/* file - replace, append and read small files whole: the only place that does */
#ifndef FILE_FILE_H
#define FILE_FILE_H

#include <sys/types.h>

enum file_sync {
	FILE_LOOSE, /* no fsync: for what may be a second old after a power cut (progress) */
	FILE_DATA,  /* the file is on disk, its name perhaps not yet: an file_syncdir follows */
	FILE_FULL   /* file and name are on disk */
};

/* Writes all of buf; EINTR and short writes are gone on with. 0, -1 with errno. */
int file_write_all(int fd, const void *buf, size_t n);

/* Reads until size bytes are there, or the end. Their number; -1 with errno. */
ssize_t file_read_all(int fd, char *buf, size_t size);

/* Writes what is left to read of in to out. 0, -1 with errno. */
int file_copy(int in, int out);

/*
 * Replaces dir/name by buf through dir/.name.new (a fixed name: what a killed writer left is used again, never piled up; so a file has one writer, or writers hold a lock).
 * 0; -1 with errno, and the old file is as it was.
 */
int file_replace(int dir, const char *name, const void *buf, size_t n, mode_t mode, enum file_sync sync);

/* The same for content that comes in pieces: open, write to the descriptor, commit (closes) or abort (closes). */
int file_open(int dir, const char *name, mode_t mode);
int file_commit(int dir, const char *name, int fd, enum file_sync sync);
void file_abort(int dir, const char *name, int fd);

/* Creates dir/name empty, durably; there already: fine. 0, -1 with errno. */
int file_mark(int dir, const char *name);

/* fsync of the directory. Not every file system has it: EINVAL is not an error. */
int file_syncdir(int dir);

/* Appends one record, a line, with one write; on a new line where the last one was cut off. 0, -1 with errno. */
int file_append(int dir, const char *name, const void *buf, size_t n);

/* fsync of what stands in dir/name; not there: fine. 0, -1 with errno. */
int file_sync(int dir, const char *name);

/*
 * Reads a whole regular file into buf and ends it with NUL. Its length; -1 with errno: EFBIG if it
 * and its NUL do not fit, ERR_NOT_REGULAR if it is not a regular file.
 */
ssize_t file_read(int dir, const char *name, char *buf, size_t size);

/* The same into memory of the file's own size, to be freed by the caller: no more than max bytes, else EFBIG. Its length into *n (may be NULL). NULL with errno. */
char *file_load(int dir, const char *name, size_t max, size_t *n);

/* 1 there, 0 not, -1 with errno. */
int file_there(int dir, const char *name);

#endif
