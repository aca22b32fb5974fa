/* self - the running program's own file */
#ifndef PROC_SELF_H
#define PROC_SELF_H

#include <stddef.h>

/*
 * Its path without symlinks. 0; -1: the system does not tell. The file may have been replaced
 * ("... (deleted)"): only the path's directory is to be relied on.
 */
int self_path(char *buf, size_t size);

#endif
