/* mounts - finds what is mounted below a directory */
#ifndef FILE_MOUNTS_H
#define FILE_MOUNTS_H

#include <stddef.h>

/*
 * Writes the first mount point below path (absolute, without symlinks) into where. 1; 0 if there is
 * none, or the system has no list of them; -1 with errno.
 */
int mounts_below(const char *path, char *where, size_t size);

#endif
