/* watch - sleeps until a file in one of several directories changes */
#ifndef FILE_WATCH_H
#define FILE_WATCH_H

struct watch;

/* NULL with errno. Free with watch_free. */
struct watch *watch_new(void);
void watch_free(struct watch *w);

/*
 * Watches the directory dir, whose path is path: files created, renamed, removed, and closed after
 * writing, so also the death of a process that holds a lock in it; with writes, every write. Where
 * the system cannot tell (a network file system, its limits) it is polled instead. dir stays open
 * as long as w. Returns its number, from 0 up; -1 with errno. No change after the call is missed.
 */
int watch_add(struct watch *w, int dir, const char *path, int writes);

/*
 * Sleeps until something may have changed, at most ms milliseconds (-1: for ever). 1 if it may
 * have; 0 time is up; -1 with errno (EINTR: a signal came).
 */
int watch_wait(struct watch *w, long ms);

/* A descriptor that is readable when watch_wait would not sleep; -1 where that is polled for. */
int watch_fd(const struct watch *w);

/* 1 if that directory may have changed since the last such call, and at the first one. */
int watch_changed(struct watch *w, int number);

/* Polls often again: something was found. */
void watch_stir(struct watch *w);

#endif
