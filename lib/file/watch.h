/* watch - sleeps until a file in one of several directories changes: told by the system where it can, else a slow look */
#ifndef FILE_WATCH_H
#define FILE_WATCH_H

struct watch;

/* NULL with errno. Free with watch_free. */
struct watch *watch_new(void);
void watch_free(struct watch *w);

/*
 * Watches the directory dir, whose path is path: files made, renamed, removed, and closed by who could write them, so also the death of whoever holds a lock in it; with writes, every write too.
 * Returns its number, from 0 up, or -1 with errno. No change from here on is missed. Where the system tells nothing (another host's file system, its limits) the sleep becomes a slow look.
 */
int watch_add(struct watch *w, int dir, const char *path, int writes);

/* Sleeps until something may have changed, at most ms milliseconds (-1: for ever). 1 it may have; 0 time is up; -1 with errno (EINTR: a signal came). */
int watch_wait(struct watch *w, long ms);

/* 1 if that directory may have changed since this was asked last, and the first time. */
int watch_changed(struct watch *w, int number);

/* Something was found: the next slow look is soon again. */
void watch_stir(struct watch *w);

#endif
