/*
 * regular - opens a file of a task: a regular file or nothing
 *
 * An agent may write in its task's directory. A FIFO in the place of a log would block whatever
 * tool opens it, for ever.
 */
#ifndef FILE_REGULAR_H
#define FILE_REGULAR_H

#include <sys/types.h>

/*
 * openat, close-on-exec, mode 0600. It never blocks and never follows a symlink. -1 with errno
 * ERR_NOT_REGULAR (err.h) for a FIFO, directory, device, socket or symlink; any other errno is
 * the system's.
 */
int regular_open(int dir, const char *name, int flags);

/*
 * Asks the server which file dir/name is, where a network file system would open for a second one
 * that another host has replaced (GlusterFS). It costs a time of access.
 */
void regular_anew(int dir, const char *name);

/*
 * After a failure, with its errno: 1 if the file is to be opened and read once more, because there
 * a second one has replaced it. *times: how often that was so, 0 at first.
 */
int regular_stale(int dir, const char *name, int *times);

/*
 * Reads up to size - 1 bytes of dir/name, from its beginning or (end) from its end, and ends them
 * with NUL. Their number; -1 with errno, and buf is "".
 */
ssize_t regular_part(int dir, const char *name, int end, char *buf, size_t size);

/* 1 if the last line of the open file has no newline; 0 also if that cannot be read. */
int regular_torn(int fd);

#endif
