/* pty - a terminal of our own for the agent, and the outer terminal (the pane) put into raw mode and back */
#ifndef PROC_PTY_H
#define PROC_PTY_H

#include <stddef.h>
#include <termios.h>

/*
 * Master descriptor (close-on-exec) and, in *slave, the other side (close-on-exec); size and modes copied from tty as it is now, so before pty_raw (-1 or no terminal:
 * 80x24, sane modes). -1 with errno.
 */
int pty_open(int tty, int *slave);
/* Gives the pty the size of tty; the kernel tells the agent (SIGWINCH). Nothing if tty is no terminal or has no size. 0, -1 with errno. */
int pty_resize(int master, int tty);

/* How wide a terminal is, in columns; 0: it does not say. */
size_t pty_columns(int tty);

/* Puts tty into raw mode and keeps what it was; 0, or -1 (no terminal, or we are in its background). pty_restore may be called from a signal handler, twice, and after -1. */
struct pty_saved { int tty; struct termios was; int raw; };
int pty_raw(struct pty_saved *s, int tty);
/* After a stop, in which the shell may have set modes of its own: raw again, and what it was before us is kept. As pty_raw. */
int pty_raw_again(struct pty_saved *s);
void pty_restore(struct pty_saved *s);

#endif
