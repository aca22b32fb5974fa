/*
 * trim - memory that only the way here needed is given back before a sleep that may last for hours
 *
 * A thousand tasks are two thousand sleeping processes: what they keep counts a thousand times. Two versions: trim_linux.c, trim_posix.c (which can give back nothing).
 */
#ifndef PROC_TRIM_H
#define PROC_TRIM_H

/* Unused heap, and the pages of the stack below the caller's frame. Costs some ten microseconds; the next deep call pays for its pages again. */
void trim_down(void);

#endif
