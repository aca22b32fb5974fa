/* stop_test - a stopped wrapper is continued to end itself; one that does not end is killed */
#include "engine/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/lock.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

/* A grace below zero, so that the whole wait is short. */
enum { SHORT_MS = 300 - STOP_MS };

static char dir[] = "/tmp/stop_test.XXXXXX";
static struct task t;
static pid_t wrapper;

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "stop_test.c:%d: %s (%s)\n", line, what, strerror(errno));
	if (wrapper > 0)
		kill(wrapper, SIGKILL);
	exit(1);
}

/* A child that holds the lock as a wrapper does, and then is stopped. */
static void
hold(void (*on_term)(int))
{
	int status;

	CHECK((wrapper = fork()) >= 0);
	if (!wrapper) {
		signal(SIGTERM, on_term);
		if (lock_life(t.fd, "lock") < 0)
			_exit(1);
		kill(getpid(), SIGSTOP);
		for (;;)
			pause();
	}
	CHECK(waitpid(wrapper, &status, WUNTRACED) == wrapper && WIFSTOPPED(status));
}

/* The signal that has ended it. */
static int
ended_by(void)
{
	int status;

	alarm(20);
	CHECK(waitpid(wrapper, &status, 0) == wrapper && WIFSIGNALED(status));
	alarm(0);
	return WTERMSIG(status);
}

static void
nobody_to_stop(void)
{
	CHECK(stop_wrapper(&t, "none", SHORT_MS, 0) == 0);
}

static void
a_stopped_one_heeds_what_it_is_told(void)
{
	hold(SIG_DFL);
	CHECK(stop_wrapper(&t, "none", 0, 0) == 0);
	CHECK(ended_by() == SIGTERM);
}

static void
one_that_heeds_nothing_is_killed(void)
{
	hold(SIG_IGN);
	CHECK(stop_wrapper(&t, "none", SHORT_MS, 0) == 1);
	CHECK(lock_held(t.fd, "lock") == 0);
	CHECK(ended_by() == SIGKILL);
}

int
main(void)
{
	CHECK(mkdtemp(dir) && (t.fd = open(dir, O_RDONLY | O_DIRECTORY)) >= 0);
	snprintf(t.path, sizeof t.path, "%s", dir);
	nobody_to_stop();
	a_stopped_one_heeds_what_it_is_told();
	one_that_heeds_nothing_is_killed();
	unlinkat(t.fd, "lock", 0);
	rmdir(dir);
	puts("stop: ok");
	return 0;
}
