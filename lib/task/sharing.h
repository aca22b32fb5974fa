/* sharing - whether the locks of a task are seen by all who may ask for them */
#ifndef TASK_SHARING_H
#define TASK_SHARING_H

#include "base/err.h"

/*
 * 1, with why and what to do, if the file system of a task is known to keep its locks to itself:
 * from every other mount of it (sshfs) or, with remote, from other hosts, where the task is to run.
 */
int sharing_refused(int dir, int remote, char why[WHY]);

/* The same for a file system as mounts_kind says it. */
int sharing_refuses(const char *kind, int remote, char why[WHY]);

#endif
