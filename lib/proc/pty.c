/* pty - a terminal of our own for the agent, and the outer terminal (the pane) in raw mode */
#include "proc/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "file/file.h"

enum { ROWS = 24, COLUMNS = 80 };

static void
size_of(int tty, struct winsize *w)
{
	if (tty < 0 || ioctl(tty, TIOCGWINSZ, w) < 0 || w->ws_row == 0 || w->ws_col == 0)
		*w = (struct winsize){ .ws_row = ROWS, .ws_col = COLUMNS };
}

/* Without a terminal to copy from, the slave keeps the system's own modes, which are sane. */
static int
open_slave(int master, int tty)
{
	const char *name;
	struct termios modes;
	struct winsize size;
	int fd;

	if (grantpt(master) < 0 || unlockpt(master) < 0 || !(name = ptsname(master)))
		return -1;
	fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	size_of(tty, &size);
	if (ioctl(fd, TIOCSWINSZ, &size) < 0
	    || (tty >= 0 && tcgetattr(tty, &modes) == 0 && tcsetattr(fd, TCSANOW, &modes) < 0))
		return file_close(fd);
	return fd;
}

int
pty_open(int tty, int *slave)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	if (master < 0)
		return -1;
	if (fcntl(master, F_SETFD, FD_CLOEXEC) < 0 || (*slave = open_slave(master, tty)) < 0)
		return file_close(master);
	return master;
}

int
pty_resize(int master, int tty)
{
	struct winsize w;

	if (tty < 0 || ioctl(tty, TIOCGWINSZ, &w) < 0 || w.ws_row == 0 || w.ws_col == 0)
		return 0;
	return ioctl(master, TIOCSWINSZ, &w);
}

/* As cfmakeraw, which is not in POSIX. */
static struct termios
raw_modes(struct termios t)
{
	t.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	t.c_oflag &= ~(tcflag_t)OPOST;
	t.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	t.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
	t.c_cflag |= CS8;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	return t;
}

int
pty_raw_again(struct pty_saved *s)
{
	struct termios raw = raw_modes(s->was);

	if (tcgetpgrp(s->tty) != getpgrp()) { /* in the background, setting modes would stop us */
		errno = ENOTTY;
		return -1;
	}
	return tcsetattr(s->tty, TCSANOW, &raw);
}

size_t
pty_columns(int tty)
{
	struct winsize w;

	return ioctl(tty, TIOCGWINSZ, &w) < 0 ? 0 : w.ws_col;
}

int
pty_raw(struct pty_saved *s, int tty)
{
	*s = (struct pty_saved){ .tty = tty };
	if (tty < 0 || tcgetattr(tty, &s->was) < 0)
		return -1;
	s->raw = 1; /* first, so that a handler that runs in between restores */
	if (pty_raw_again(s) == 0)
		return 0;
	s->raw = 0;
	return -1;
}

/* Does not drain: the terminal may have no reader. In the background, TTOU would stop us. */
void
pty_restore(struct pty_saved *s)
{
	int saved = errno;
	sigset_t ttou, was;

	if (!s->raw)
		return;
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &was);
	if (tcsetattr(s->tty, TCSANOW, &s->was) == 0)
		s->raw = 0;
	sigprocmask(SIG_SETMASK, &was, NULL);
	errno = saved;
}
