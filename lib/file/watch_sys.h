/* watch_sys - what the system itself tells of changes; between watch.c and the platform's watch_inotify.c or watch_poll.c */
#ifndef FILE_WATCH_SYS_H
#define FILE_WATCH_SYS_H

/* A descriptor that poll finds readable when there is news; -1 with errno: the system has none. */
int watch_sys_open(void);

/* As watch_add: a number of the system's, from 0 up; -1 with errno: it would not tell of all changes in that directory. */
int watch_sys_add(int fd, int dir, const char *path, int writes);

/* Calls f with the number of each directory there is news of, -1 for all of them. What is left makes fd readable again. */
void watch_sys_read(int fd, void (*f)(void *ctx, int id), void *ctx);

#endif
