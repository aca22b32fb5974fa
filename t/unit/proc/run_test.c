/* run_test - a program gets its input, its output is bounded, and it ends in time */
#include "proc/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/process.h"
#include "proc/selfpipe.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

enum { INPUT = 300000 };

static char out[64], err[64];

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "run_test.c:%d: %s (%s)\n", line, what, strerror(errno));
	exit(1);
}

/* A script with its output in out and err, for at most ms milliseconds. */
static struct run
script(char *text, long ms)
{
	static char *argv[] = { (char *)"sh", (char *)"-c", NULL, NULL };

	argv[2] = text;
	return (struct run){
		.spawn = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION },
		.out = out, .out_size = sizeof out, .err = err, .err_size = sizeof err, .ms = ms
	};
}

static void
what_does_not_fit_is_dropped(void)
{
	char text[] = "wc -c; cat /dev/zero | head -c 100000 | tr '\\0' x; echo why >&2; exit 3";
	static char input[INPUT];
	struct run r = script(text, 20000);

	r.input = input;
	r.input_size = sizeof input;
	CHECK(run_program(&r) == 3);
	CHECK(atol(out) == INPUT && r.out_len == sizeof out - 1 && strlen(out) == r.out_len);
	run_tidy(err);
	CHECK(!strcmp(err, "why"));
}

static void
input_need_not_be_read(void)
{
	static char input[INPUT];
	char text[] = "exit 0";
	struct run r = script(text, 20000);

	r.input = input;
	r.input_size = sizeof input;
	CHECK(run_program(&r) == 0);
}

static void
what_is_late_is_killed(void)
{
	char text[] = "echo $$; trap '' TERM; sleep 60 & wait";
	struct run r = script(text, 300);
	long long began = clock_ms();

	CHECK(run_program(&r) == -1 && errno == ETIMEDOUT);
	CHECK(clock_ms() - began < 20000);
	while (!kill((pid_t)-atol(out), 0)) { /* until init has reaped the sleep */
		CHECK(clock_ms() - began < 40000);
		poll(NULL, 0, 5);
	}
}

static void
what_cannot_start_is_told(void)
{
	char *argv[] = { (char *)"no-such-program-here", NULL };
	struct run r = { .spawn = { .argv = argv, .fd = { -1, -1, -1 } }, .ms = -1 };

	CHECK(run_program(&r) == -1 && errno == ENOENT && !strcmp(r.step, "exec"));
}

/* Handlers stay from here on. */
static void
descendants_end_with_it(void)
{
	char text[] = "sleep 61 >/dev/null 2>&1 & echo $!; exit 4", more[] = "exec yes", why[WHY];
	char long_one[] = "sleep 60";
	struct run r = script(text, 20000);

	CHECK(!selfpipe_catch());
	r.on_signal = run_until_signal;
	if (!process_adopt()) {
		CHECK(run_tree(&r, why) == 4);
		CHECK(kill((pid_t)atol(out), 0) == -1 && errno == ESRCH);
	}
	r = script(more, 20000);
	r.on_signal = run_until_signal;
	r.enough = 1;
	CHECK(run_tree(&r, why) > 128 && r.out_len == sizeof out - 1);
	r = script(long_one, 20000);
	r.on_signal = run_until_signal;
	kill(getpid(), SIGTERM);
	CHECK(run_tree(&r, why) == -1 && errno == EINTR && strstr(why, "because of a signal"));
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	what_does_not_fit_is_dropped();
	input_need_not_be_read();
	what_is_late_is_killed();
	what_cannot_start_is_told();
	descendants_end_with_it();
	puts("run: ok");
	return 0;
}
