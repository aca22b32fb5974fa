/*
 * regular - opens a file of a task: a regular file or nothing
 *
 * An agent may write in its task's directory. A FIFO in the place of a log would block in open(2)
 * whatever tool looks at it, for ever.
 */
#ifndef FILE_REGULAR_H
#define FILE_REGULAR_H

#include <sys/types.h>

/*
 * openat, close-on-exec, mode 0600. It never blocks, never follows a symlink and never opens
 * anything but a regular file: -1 with errno ERR_NOT_REGULAR (err.h) for a FIFO, directory,
 * device, socket or symlink; another errno is the system's, ENOENT for no such file.
 */
int regular_open(int dir, const char *name, int flags);

/*
 * Up to size - 1 bytes of dir/name, and a NUL: from its beginning, or (end) from its end. Their
 * number; -1 with errno, and buf is "".
 */
ssize_t regular_part(int dir, const char *name, int end, char *buf, size_t size);

/* 1 if the open file ends within a line, 0 if not, or if that cannot be read. */
int regular_torn(int fd);

#endif
