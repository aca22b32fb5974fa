/* ticket_test - a queue of processes: its order, deaths, signals, and numbers that begin anew */
#include "proc/ticket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/selfpipe.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

enum { MANY = 20, LONG_MS = 60000 };

struct waiter {
	pid_t pid;
	int in, out; /* it leaves the queue when told; it writes when it has its ticket, its turn */
};

static char dir[] = "/tmp/ticket_test.XXXXXX";
static int fd;

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "ticket_test.c:%d: %s (%s)\n", line, what, strerror(errno));
	exit(1);
}

static _Noreturn void
wait_in_child(int in, int out)
{
	struct ticket q;
	volatile sig_atomic_t *came;
	char c;
	int r;

	if (selfpipe_catch())
		_exit(1);
	came = selfpipe_break(1);
	if (ticket_draw(&q, fd, "queue") || write(out, "t", 1) != 1)
		_exit(1);
	while ((r = ticket_wait(&q, LONG_MS, came)) < 0 && errno == EINTR) {
		*came = 0;
		if (selfpipe_next() != SIGTERM || write(out, "s", 1) != 1)
			_exit(1);
	}
	_exit(r != 1 || write(out, "f", 1) != 1 || read(in, &c, 1) != 1);
}

static struct waiter
waiter(void)
{
	int in[2], out[2];
	struct waiter w;
	char c;

	CHECK(!pipe(in) && !pipe(out));
	if (!(w.pid = fork())) {
		close(in[1]);
		wait_in_child(in[0], out[1]);
	}
	close(in[0]);
	close(out[1]);
	w.in = in[1];
	w.out = out[0];
	CHECK(read(w.out, &c, 1) == 1 && c == 't');
	return w;
}

/* Whether w writes c next; none: within ms. */
static int
says(const struct waiter *w, char c, int ms)
{
	struct pollfd f = { .fd = w->out, .events = POLLIN };
	char got = '\0';

	return poll(&f, 1, ms) == 1 && read(w->out, &got, 1) == 1 && got == c;
}

static void
leave(struct waiter *w, int sig)
{
	int ws;

	if (sig)
		kill(w->pid, sig);
	else
		CHECK(write(w->in, "x", 1) == 1);
	CHECK(waitpid(w->pid, &ws, 0) == w->pid && (sig ? WIFSIGNALED(ws) : ws == 0));
	close(w->in);
	close(w->out);
}

static void
first_come_first_served(void)
{
	struct waiter w[MANY];

	for (int i = 0; i < MANY; i++)
		w[i] = waiter();
	for (int i = 0; i < MANY; i++) {
		CHECK(says(&w[i], 'f', LONG_MS));
		for (int k = i + 1; k < MANY; k++)
			CHECK(!says(&w[k], 'f', 0));
		leave(&w[i], i % 3 == 2 ? SIGKILL : 0);
	}
}

static void
who_is_killed_in_the_middle_is_passed_over_and_a_signal_costs_no_place(void)
{
	struct waiter w[6];

	for (int i = 0; i < 6; i++)
		w[i] = waiter();
	CHECK(says(&w[0], 'f', LONG_MS));
	leave(&w[2], SIGKILL);
	leave(&w[3], SIGKILL);
	kill(w[1].pid, SIGTERM);
	CHECK(says(&w[1], 's', LONG_MS));
	CHECK(!says(&w[4], 'f', 20));
	leave(&w[0], 0);
	CHECK(says(&w[1], 'f', LONG_MS) && !says(&w[4], 'f', 20));
	leave(&w[1], SIGKILL);
	CHECK(says(&w[4], 'f', LONG_MS));
	leave(&w[4], 0);
	CHECK(says(&w[5], 'f', LONG_MS));
	leave(&w[5], 0);
}

static void
time_is_up_in_time_and_an_empty_queue_begins_anew(void)
{
	struct waiter w = waiter();
	long long began = clock_ms();
	struct ticket q;

	CHECK(!ticket_draw(&q, fd, "queue") && q.number == 2);
	CHECK(ticket_wait(&q, 50, NULL) == 0 && clock_ms() - began >= 50);
	leave(&w, SIGKILL);
	CHECK(ticket_wait(&q, LONG_MS, NULL) == 1);
	ticket_drop(&q);
	CHECK(!ticket_draw(&q, fd, "queue") && q.number == 1);
	CHECK(ticket_wait(&q, 0, NULL) == 1);
	ticket_drop(&q);
	CHECK(ticket_draw(&q, fd, "no/such") == -1 && q.fd == -1);
}

int
main(void)
{
	char path[64];

	CHECK(mkdtemp(dir) && (fd = open(dir, O_RDONLY | O_DIRECTORY)) >= 0);
	first_come_first_served();
	who_is_killed_in_the_middle_is_passed_over_and_a_signal_costs_no_place();
	time_is_up_in_time_and_an_empty_queue_begins_anew();
	snprintf(path, sizeof path, "%s/queue", dir);
	unlink(path);
	rmdir(dir);
	puts("ticket: ok");
	return 0;
}
