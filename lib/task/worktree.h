/*
 * worktree - lib/plugins/worktree/git, which knows the repository that a project is in: it makes
 * and removes the working tree that a task has for itself
 */
#ifndef TASK_WORKTREE_H
#define TASK_WORKTREE_H

#include <stddef.h>

enum { WORKTREE_ARGS = 4 };

/*
 * Calls it with a verb and its arguments (at most WORKTREE_ARGS, NULL-terminated). out (may be
 * NULL) gets what it prints; it complains on our standard error. Returns its exit code, or
 * EX_SYSTEM, EX_NOTFOUND; it is given up after ms milliseconds (-1: never).
 */
int worktree_call(const char *const *args, char *out, size_t size, long ms);

/* 1 if dir, or a directory above it, seems to be in a repository: so git is called only there. */
int worktree_likely(const char *dir);

#endif
