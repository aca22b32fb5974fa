/*
 * state_test - a task that is handed on during state_read is never taken for one left alone
 *
 * state_read opens four files, one after the other. The test defines openat itself, and hands the
 * task on before each of them in turn.
 */
#include "task/state.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file/file.h"
#include "proc/lock.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static struct task t;
static int step;            /* the open before which it happens; 0: none */
static int opened;
static void (*happens)(void);
static pid_t holder;        /* a process that holds the locks, until it is told to go */

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "state_test.c:%d: %s (step %d)\n", line, what, step);
	if (holder > 0)
		kill(holder, SIGKILL);
	exit(1);
}

#ifdef __linux__
#include <sys/syscall.h>

long syscall(long number, ...);

int
openat(int dir, const char *name, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (step && ++opened == step) {
		step = -step; /* what happens opens files, too */
		happens();
		step = -step;
		opened = step;
	}
	return (int)syscall(SYS_openat, dir, name, flags, mode);
}
#endif

static void
write_manifest(const char *status)
{
	char text[256];
	int n = snprintf(text, sizeof text,
		"version=1\ntask_name=x\nagent=command\nproject_dir=/\nstatus=%s\n", status);

	CHECK(!file_replace(t.fd, "manifest", text, (size_t)n, 0600, FILE_LOOSE));
}

/* A process that holds the lock of that name, for us to end. */
static void
hold(const char *name)
{
	int p[2];
	char c;

	CHECK(!pipe(p));
	holder = fork();
	CHECK(holder >= 0);
	if (!holder) {
		step = 0;
		if (lock_take(t.fd, name) < 0 || write(p[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(p[1]);
	CHECK(read(p[0], &c, 1) == 1);
	close(p[0]);
}

static void
let_go(void)
{
	kill(holder, SIGKILL);
	CHECK(waitpid(holder, NULL, 0) == holder);
	holder = 0;
}

/* As a wrapper ends. */
static void
wrapper_ends(void)
{
	write_manifest("completed");
	CHECK(!file_mark(t.fd, "done"));
	let_go();
}

/* As rca-launch -r begins. */
static void
launch_begins(void)
{
	hold("launch.lock");
	CHECK(!unlinkat(t.fd, "done", 0));
	write_manifest("launching");
}

/* As a launch hands on to its wrapper, which is the older process here: it lives until the end. */
static void
launch_hands_on(void)
{
	pid_t launch = holder;

	hold("lock");
	write_manifest("running");
	kill(launch, SIGKILL);
	CHECK(waitpid(launch, NULL, 0) == launch);
}

static void
monitor_gives_up(void)
{
	write_manifest("abandoned");
	let_go();
}

/* state_read, with what() called before its n-th open. 1 if it opened n files. */
static int
look(int n, void (*what)(void), struct state *s)
{
	struct manifest m;
	char why[WHY];

	step = n;
	opened = 0;
	happens = what;
	if (state_read(&t, s, &m, why))
		fail(__LINE__, why);
	n = opened >= step;
	step = 0;
	if (!n)
		what();
	return n;
}

/* Ends what still lives, for the next round. */
static void
clear(void)
{
	if (holder > 0)
		let_go();
	unlinkat(t.fd, "done", 0);
}

static int
handed_on(void)
{
	struct state s;
	int n, more = 1;

	for (n = 1; more; n++) {
		write_manifest("running");
		hold("lock");
		more = look(n, wrapper_ends, &s);
		CHECK(s.done ? s.status == ST_COMPLETED : s.held);
		clear();
	}
	for (n = 1, more = 1; more; n++) {
		write_manifest("completed");
		CHECK(!file_mark(t.fd, "done"));
		more = look(n, launch_begins, &s);
		CHECK(s.done || s.launching);
		clear();
	}
	for (n = 1, more = 1; more; n++) {
		write_manifest("launching");
		hold("launch.lock");
		more = look(n, launch_hands_on, &s);
		CHECK(s.launching || s.held);
		clear();
	}
	for (n = 1, more = 1; more; n++) {
		write_manifest("crashed");
		hold("monitor.lock");
		more = look(n, monitor_gives_up, &s);
		CHECK(s.watched || s.given_up);
		clear();
	}
	return n;
}

static void
codes(void)
{
	struct manifest m;
	struct state s;
	char why[WHY];

	CHECK(!file_replace(t.fd, "manifest", "x", 1, 0600, FILE_LOOSE));
	CHECK(state_read(&t, &s, &m, why) == EX_CALLER);
	CHECK(!unlinkat(t.fd, "manifest", 0));
	CHECK(state_read(&t, &s, &m, why) == EX_GONE && strstr(why, "gone"));
}

int
main(void)
{
	static const char *const files[] = { "lock", "launch.lock", "monitor.lock" };
	char dir[] = "/tmp/rca-state.XXXXXX";

	CHECK(mkdtemp(dir));
	CHECK((t.fd = open(dir, O_RDONLY | O_DIRECTORY)) >= 0);
#ifdef __linux__
	CHECK(handed_on() > 4);
#else
	(void)handed_on;
#endif
	codes();
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlinkat(t.fd, files[i], 0);
	CHECK(!rmdir(dir));
	puts("state: ok");
	return 0;
}
