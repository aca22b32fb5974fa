/* file - replaces, appends to and reads small files whole */
#ifndef FILE_FILE_H
#define FILE_FILE_H

#include <sys/types.h>

enum file_sync {
	FILE_LOOSE, /* no fsync: after a power cut the file may be a second old (progress) */
	FILE_DATA,  /* the content is on disk, the name perhaps not: file_syncdir must follow */
	FILE_FULL   /* content and name are on disk */
};

/* Writes all of buf: goes on after signals, and waits if fd does not block. 0; -1 with errno. */
int file_write_all(int fd, const void *buf, size_t n);

/* Reads size bytes, or fewer where the file ends. Their number; -1 with errno. */
ssize_t file_read_all(int fd, char *buf, size_t size);

/* Closes fd, if it is not -1, and keeps errno. Returns -1, so that callers can return it. */
int file_close(int fd);

/* Writes what is left to read of in to out. 0; -1 with errno. */
int file_copy(int in, int out);

/*
 * Replaces dir/name by buf. The temporary is dir/.name.new: its name is fixed, so that killed
 * writers leave one file at most; so a file has one writer, or its writers hold a lock.
 * 0; -1 with errno, and the old file is as it was.
 */
int file_replace(int dir, const char *name, const void *buf, size_t n, mode_t mode,
	enum file_sync sync);

/* The same in pieces: file_open, write to the descriptor, then commit or abort, which close it. */
int file_open(int dir, const char *name, mode_t mode);
int file_commit(int dir, const char *name, int fd, enum file_sync sync);
void file_abort(int dir, const char *name, int fd);

/* Creates dir/name empty, durably, unless it exists. 0; -1 with errno. */
int file_mark(int dir, const char *name);

/* fsync of a directory, where the file system has that. 0; -1 with errno. */
int file_syncdir(int dir);

/* Appends a record, one line, with one write; ends a torn last line first. 0; -1 with errno. */
int file_append(int dir, const char *name, const void *buf, size_t n);

/* fsync of dir/name, if it exists. 0; -1 with errno. */
int file_sync(int dir, const char *name);

/*
 * Reads a whole regular file into buf, NUL-terminated. Its length; -1 with errno: EFBIG if it does
 * not fit, ERR_NOT_REGULAR if it is something else.
 */
ssize_t file_read(int dir, const char *name, char *buf, size_t size);

/* The same into memory that the caller frees; EFBIG above max bytes. n may be NULL. */
char *file_load(int dir, const char *name, size_t max, size_t *n);

/* 1 if dir/name exists, else 0; -1 with errno. */
int file_there(int dir, const char *name);

#endif
