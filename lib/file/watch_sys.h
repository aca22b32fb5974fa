/* watch_sys - the system's own notice of changes: inotify, kqueue, or none */
#ifndef FILE_WATCH_SYS_H
#define FILE_WATCH_SYS_H

/* 1: what it tells of is not all, and polling must find the rest. */
extern const int watch_sys_polls;

/* A descriptor that poll finds readable when something changed; -1 with errno. */
int watch_sys_open(void);

/* As watch_add, dir stays open: the system's id; -1 with errno if it would not tell of changes. */
int watch_sys_add(int fd, int dir, const char *path, int writes);

/* Calls f with the id of each directory that changed, -1 for all. May leave some for later. */
void watch_sys_read(int fd, void (*f)(void *ctx, int id), void *ctx);

#endif
