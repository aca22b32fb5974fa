/* mounts - finds what is mounted below a directory, and on what file system it is */
#ifndef FILE_MOUNTS_H
#define FILE_MOUNTS_H

#include <stddef.h>

/*
 * Writes the first mount point below path (absolute, without symlinks) into where. 1; 0 if there is
 * none, or the system has no list of them; -1 with errno.
 */
int mounts_below(const char *path, char *where, size_t size);

/*
 * The kind of the file system on which fd is, and its options, as "nfs4 rw,vers=4.2,...". 1; 0 if
 * that is not known.
 */
enum { MOUNTS_KIND = 1024 };
int mounts_kind(int fd, char kind[MOUNTS_KIND]);

/*
 * The same from a line of Linux's list, which is changed, if it is the device ("0:57"); for
 * mounts_linux.c.
 */
int mounts_line_kind(char *line, const char *device, char kind[MOUNTS_KIND]);

#endif
