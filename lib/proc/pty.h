/* pty - a terminal of our own for the agent, and the outer terminal (the pane) in raw mode */
#ifndef PROC_PTY_H
#define PROC_PTY_H

#include <stddef.h>
#include <termios.h>

/*
 * Opens a pseudo-terminal with the size and modes that tty has now, so before pty_raw (-1 or not a
 * terminal: 80x24, sane modes). Returns the master and, in *slave, the other side, both
 * close-on-exec; -1 with errno.
 */
int pty_open(int tty, int *slave);

/*
 * Gives the pty the size of tty, if it has one; the kernel sends the agent WINCH. 0, -1 with errno.
 */
int pty_resize(int master, int tty);

/* The width of a terminal in columns; 0 not known. */
size_t pty_columns(int tty);

struct pty_saved { int tty; struct termios was; int raw; };

/*
 * Puts tty into raw mode and saves its modes. 0; -1: not a terminal, or we are in its background.
 */
int pty_raw(struct pty_saved *s, int tty);

/* The same after a stop, when the shell may have set other modes; those saved first are kept. */
int pty_raw_again(struct pty_saved *s);

/* Restores the modes. May be called from a signal handler, twice, and after a failure. */
void pty_restore(struct pty_saved *s);

#endif
