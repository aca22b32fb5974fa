/* pty_test - a terminal of our own is a terminal, and the outer one is left as it was found */
#include "proc/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/spawn.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

enum { PATIENCE_MS = 10000 };

static char self[PATH_MAX];

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "pty_test.c:%d: %s (errno %s)\n", line, what, strerror(errno));
	exit(1);
}

/* Reads until what has come holds want. */
static void
expect(int fd, const char *want)
{
	char buf[8192] = "";
	size_t used = 0;

	while (!strstr(buf, want)) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n = poll(&p, 1, PATIENCE_MS) == 1
			? read(fd, buf + used, sizeof buf - 1 - used)
			: 0;

		if (n <= 0)
			fprintf(stderr, "no \"%s\" in \"%s\"\n", want, buf);
		CHECK(n > 0);
		used += (size_t)n;
		buf[used] = '\0';
	}
}

static void
type(int fd, const char *s)
{
	CHECK(write(fd, s, strlen(s)) == (ssize_t)strlen(s));
}

static pid_t
on_terminal(int slave, char *const *argv)
{
	struct spawn s = { .argv = argv, .fd = { slave, slave, slave }, .group = SPAWN_TTY };
	pid_t pid = spawn_start(&s, NULL);

	CHECK(pid > 0);
	return pid;
}

static int
code_of(pid_t pid)
{
	int ws;

	CHECK(spawn_wait(pid, &ws) == 0);
	return spawn_code(ws);
}

static void
test_plain(void)
{
	char sh[] = "sh", c[] = "-c", script[] = "stty size; tty >/dev/null && echo on a tty; "
		"trap 'stty size' WINCH; read -r line; read -r line || read -r line; "
		"echo got $line; kill -INT $$";
	char *argv[] = { sh, c, script, NULL };
	int slave = -1, master = pty_open(-1, &slave);
	struct winsize w = { .ws_row = 51, .ws_col = 203 };
	pid_t pid;

	CHECK(master >= 0 && slave >= 0 && isatty(slave));
	CHECK((fcntl(master, F_GETFD) & FD_CLOEXEC) && (fcntl(slave, F_GETFD) & FD_CLOEXEC));
	pid = on_terminal(slave, argv);
	close(slave);
	expect(master, "24 80\r\non a tty\r\n");
	type(master, "one\n");
	CHECK(ioctl(master, TIOCSWINSZ, &w) == 0);
	type(master, "two\n");
	expect(master, "got two\r\n");
	CHECK(code_of(pid) == 128 + SIGINT);
	close(master);
}

/* Keys that are signals reach the foreground of the new session. */
static void
test_signals(void)
{
	char sh[] = "sh", c[] = "-c", script[] = "trap 'echo interrupted; exit 9' INT; "
		"echo ready; while :; do sleep 0.1; done";
	char *argv[] = { sh, c, script, NULL };
	int slave, master = pty_open(-1, &slave);
	pid_t pid;

	CHECK(master >= 0);
	pid = on_terminal(slave, argv);
	close(slave);
	expect(master, "ready");
	type(master, "\003");
	expect(master, "interrupted");
	CHECK(code_of(pid) == 9);
	close(master);
}

/* Size and modes of the outer terminal are those of the inner one, and follow. */
static void
test_copy(void)
{
	struct winsize w = { .ws_row = 33, .ws_col = 101 }, got;
	struct termios t, inner;
	int outer_slave, outer = pty_open(-1, &outer_slave), slave, master;

	CHECK(outer >= 0 && ioctl(outer, TIOCSWINSZ, &w) == 0 && tcgetattr(outer_slave, &t) == 0);
	t.c_lflag &= ~(tcflag_t)ECHO;
	t.c_cc[VINTR] = 'X';
	CHECK(tcsetattr(outer_slave, TCSANOW, &t) == 0);
	master = pty_open(outer_slave, &slave);
	CHECK(master >= 0 && ioctl(slave, TIOCGWINSZ, &got) == 0 && got.ws_row == 33 &&
		got.ws_col == 101);
	CHECK(tcgetattr(slave, &inner) == 0 && !(inner.c_lflag & ECHO) && inner.c_cc[VINTR] == 'X');
	w.ws_col = 55;
	CHECK(ioctl(outer, TIOCSWINSZ, &w) == 0 && pty_resize(master, outer_slave) == 0);
	CHECK(ioctl(slave, TIOCGWINSZ, &got) == 0 && got.ws_row == 33 && got.ws_col == 55);
	w.ws_col = w.ws_row = 0; /* a terminal that does not know its size */
	CHECK(ioctl(outer, TIOCSWINSZ, &w) == 0 && pty_resize(master, outer_slave) == 0);
	CHECK(pty_resize(master, -1) == 0 && pty_resize(-1, outer_slave) == 0);
	CHECK(ioctl(slave, TIOCGWINSZ, &got) == 0 && got.ws_col == 55);
	close(slave);
	close(master);
	master = pty_open(outer_slave, &slave);
	CHECK(master >= 0 && ioctl(slave, TIOCGWINSZ, &got) == 0 && got.ws_row == 24 &&
		got.ws_col == 80);
	close(slave);
	close(master);
	close(outer);
	close(outer_slave);
	CHECK((slave = open("/dev/null", O_RDWR)) >= 0);
	CHECK((master = pty_open(slave, &outer)) >= 0); /* no terminal to copy from */
	close(master);
	close(outer);
	close(slave);
}

/* Run on a terminal of its own: raw, and back, with what has been said in between. */
static int
inside(void)
{
	struct pty_saved s;
	struct termios before, raw, after;
	char c;

	CHECK(tcgetattr(0, &before) == 0);
	CHECK(pty_raw(&s, 0) == 0 && tcgetattr(0, &raw) == 0);
	CHECK(!(raw.c_lflag & (ICANON | ECHO | ISIG)) && !(raw.c_oflag & OPOST) &&
		raw.c_cc[VMIN] == 1);
	printf("raw\n");
	fflush(stdout);
	CHECK(read(0, &c, 1) == 1 && c == 3); /* a key, no signal, and no Enter needed */
	pty_restore(&s);
	CHECK(tcgetattr(0, &after) == 0 && after.c_lflag == before.c_lflag &&
		after.c_oflag == before.c_oflag && after.c_iflag == before.c_iflag && !s.raw);
	pty_restore(&s);
	/* In the background: raw is refused, nothing is stopped, and raw modes are restored. */
	CHECK(pty_raw(&s, 0) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct pty_saved mine;

		CHECK(setpgid(0, 0) == 0);
		CHECK(pty_raw(&mine, 0) == -1 && !mine.raw);
		pty_restore(&mine);
		pty_restore(&s);
		_exit(0);
	}
	CHECK(pid > 0 && code_of(pid) == 0);
	CHECK(tcgetattr(0, &after) == 0 && after.c_lflag == before.c_lflag);
	printf("back\n");
	return 0;
}

static void
test_raw(void)
{
	char in[] = "inside";
	char *argv[] = { self, in, NULL };
	struct pty_saved s;
	int slave, master = pty_open(-1, &slave);
	pid_t pid;

	CHECK(master >= 0);
	pid = on_terminal(slave, argv);
	close(slave);
	expect(master, "raw\n");
	type(master, "\003");
	expect(master, "back\r\n");
	CHECK(code_of(pid) == 0);
	close(master);
	CHECK(pty_raw(&s, -1) == -1 && !s.raw);
	pty_restore(&s);
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "inside") == 0)
		return inside();
	CHECK(realpath(argv[0], self));
	test_plain();
	test_signals();
	test_copy();
	test_raw();
	puts("pty: ok");
	return 0;
}
