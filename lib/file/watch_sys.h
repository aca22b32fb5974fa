/* watch_sys - the system's own notice of changes: watch.c calls watch_inotify.c or watch_poll.c */
#ifndef FILE_WATCH_SYS_H
#define FILE_WATCH_SYS_H

/* A descriptor that poll finds readable when something changed; -1 with errno. */
int watch_sys_open(void);

/* As watch_add: the system's id; -1 with errno if it would not tell of all changes there. */
int watch_sys_add(int fd, int dir, const char *path, int writes);

/* Calls f with the id of each directory that changed, -1 for all. May leave some for later. */
void watch_sys_read(int fd, void (*f)(void *ctx, int id), void *ctx);

#endif
