/*
 * trim - gives back memory before a sleep that may last for hours
 *
 * A thousand tasks are two thousand sleeping processes. trim_posix.c can give back nothing.
 */
#ifndef PROC_TRIM_H
#define PROC_TRIM_H

/*
 * Gives back unused heap, and the pages of the stack below the caller's frame. Costs some ten
 * microseconds; the next deep call pays for its pages again.
 */
void trim_down(void);

#endif
