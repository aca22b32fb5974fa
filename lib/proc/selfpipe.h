/* selfpipe - what came while we slept, through a pipe that poll can wait for */
#ifndef PROC_SELFPIPE_H
#define PROC_SELFPIPE_H

/* From here on TERM, INT, HUP, QUIT, WINCH, CHLD and CONT go into the pipe, but not what is ignored (inherit.h); a dead reader or a terminal that is not ours does not end or stop us. Call once, early. 0, -1 with errno. */
int selfpipe_catch(void);

/* What to poll for reading. */
int selfpipe_fd(void);

/* The next one that came; 0: none. */
int selfpipe_next(void);

#endif
