/* inherit_test - whatever the caller left, descriptors, signals and umask are in order */
#include "proc/inherit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static int report; /* a standard error that no test closes */

static _Noreturn void
fail(int line, const char *what)
{
	dprintf(report, "inherit_test.c:%d: %s (%s)\n", line, what, strerror(errno));
	_exit(1);
}

static void
closed_descriptors_are_taken(void)
{
	char c;

	for (int fd = 0; fd <= 2; fd++)
		close(fd);
	inherit_reset(INHERIT_ANSWERS);
	CHECK(open("/dev/null", O_RDONLY) > 2);
	CHECK(read(0, &c, 1) < 0 && errno == EBADF);
	CHECK(write(1, "x", 1) < 0 && errno == EBADF);
	CHECK(write(2, "x", 1) < 0 && errno == EBADF);
}

static void
open_ones_stay(void)
{
	struct stat was[3], is;

	close(1);
	for (int fd = 0; fd <= 2; fd += 2)
		CHECK(!fstat(fd, &was[fd]));
	inherit_reset(INHERIT_ANSWERS);
	for (int fd = 0; fd <= 2; fd += 2)
		CHECK(!fstat(fd, &is) && is.st_ino == was[fd].st_ino &&
			is.st_dev == was[fd].st_dev);
}

static void
ignore_and_block_all(void)
{
	sigset_t all;

	for (int sig = 1; sig < 32; sig++)
		signal(sig, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
}

static void
signals_are_heard_again(void)
{
	static const int heard[] = { SIGCHLD, SIGALRM, SIGTERM, SIGPIPE };
	static const int unheard[] = { SIGHUP, SIGINT, SIGXFSZ };
	sigset_t now;
	pid_t pid;

	ignore_and_block_all();
	inherit_reset(INHERIT_ANSWERS);
	for (size_t i = 0; i < sizeof heard / sizeof *heard; i++)
		CHECK(!inherit_ignored(heard[i]));
	for (size_t i = 0; i < sizeof unheard / sizeof *unheard; i++)
		CHECK(inherit_ignored(unheard[i]));
	sigprocmask(SIG_BLOCK, NULL, &now);
	for (int sig = 1; sig < 32; sig++)
		CHECK(!sigismember(&now, sig));
	if (!(pid = fork()))
		_exit(7);
	CHECK(waitpid(pid, NULL, 0) == pid); /* its status is kept */
}

static void
what_is_not_ignored_is_not_ignored_then(void)
{
	inherit_reset(INHERIT_ACTS);
	CHECK(!inherit_ignored(SIGHUP) && !inherit_ignored(SIGINT));
	CHECK(inherit_ignored(SIGPIPE));
}

static void
what_is_made_is_for_its_owner(void)
{
	mode_t mask;

	umask(0);
	inherit_reset(INHERIT_ANSWERS);
	mask = umask(0);
	CHECK(mask == 077);
	CHECK(inherit_umask() == 0);
}

int
main(void)
{
	static void (*const all[])(void) = {
		closed_descriptors_are_taken, open_ones_stay, signals_are_heard_again,
		what_is_not_ignored_is_not_ignored_then, what_is_made_is_for_its_owner
	};
	int wstatus;
	pid_t pid;

	report = dup(2);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (!(pid = fork())) {
			all[i]();
			_exit(0);
		}
		if (waitpid(pid, &wstatus, 0) != pid || wstatus)
			return 1;
	}
	puts("inherit: ok");
	return 0;
}
