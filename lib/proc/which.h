/* which - where programs are: in a PATH, and in this installation */
#ifndef PROC_WHICH_H
#define PROC_WHICH_H

#include <limits.h>
#include <stddef.h>

#define WHICH_PATH "/usr/local/bin:/usr/bin:/bin" /* for an environment without PATH */

/*
 * Finds prog in path (":"-separated; NULL: WHICH_PATH) as execvp does. 0 with the
 * path in buf; -1 with ENOENT, or EACCES if all that was found cannot be executed.
 */
int which_find(const char *prog, const char *path, char *buf, size_t size);

/*
 * Remembers where the running program is, by argv[0] where the system cannot be asked. Called first
 * in main, before any change of directory.
 */
void which_set_self(const char *argv0);

/*
 * Finds a file of this installation. ROOT is the directory above the running program's own, without
 * symlinks: "lib/x" is ROOT/lib/rca/x, else ROOT/lib/x, else PREFIX/lib/rca/x; "bin/x" is
 * ROOT/bin/x, else PREFIX/bin/x. 0 with the absolute path in buf; -1 with errno (ENOENT: nowhere).
 */
int which_own(const char *rel, char *buf, size_t size);

#endif
