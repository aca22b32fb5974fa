/* mounts - what is mounted below a directory, as far as this system tells */
#ifndef FILE_MOUNTS_H
#define FILE_MOUNTS_H

#include <stddef.h>

/*
 * The first mount point below path (absolute, no symlinks), into where. 1 there is one; 0 none, or
 * the system does not say: another file system has another st_dev, too; -1 with errno.
 */
int mounts_below(const char *path, char *where, size_t size);

#endif
