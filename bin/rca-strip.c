/*
 * rca-strip - filter: text without terminal control
 *
 * Whole lines are written after each read. What has no end yet waits for a moment (a prompt: until input is quiet for 0.1 s; a line that
 * is being overwritten: 2 s), so that a short progress bar leaves its last state alone and nothing is held for ever.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "proc/inherit.h"
#include "text/strip.h"

enum { READ_SIZE = 128 * 1024 };

static void
usage(void)
{
	fprintf(stderr, "usage: rca-strip [-V]\n");
	exit(EX_CALLER);
}

/* Waits until fd is ready, at most ms (-1: for ever). Returns 0 when the time is over. */
static int
ready(int fd, short events, int ms)
{
	struct pollfd p = {.fd = fd, .events = events};
	int r;

	while ((r = poll(&p, 1, ms)) < 0)
		if (errno != EINTR && errno != EAGAIN)
			err_die(EX_SYSTEM, "poll:");
	return r;
}

static int
put(void *ctx, const char *s, size_t n)
{
	(void)ctx;
	while (n) {
		ssize_t k = write(STDOUT_FILENO, s, n);

		if (k >= 0) {
			s += k;
			n -= (size_t)k;
		} else if (errno == EAGAIN) {
			ready(STDOUT_FILENO, POLLOUT, -1);
		} else if (errno != EINTR) {
			err_die(EX_SYSTEM, "write standard output:");
		}
	}
	return 0;
}

int
main(int argc, char **argv)
{
	static struct strip strip;
	static char buf[READ_SIZE];
	long long heard = clock_ms(), at;
	int c;

	inherit_reset(INHERIT_ANSWERS);
	err_setprog(argv[0]);
	while ((c = getopt(argc, argv, "V")) != -1) {
		switch (c) {
		case 'V': err_version();
		default: usage();
		}
	}
	if (optind < argc)
		usage();
	strip_init(&strip);
	for (;;) {
		ssize_t n;

		while ((at = strip_due(&strip, heard)) != 0) {
			long long now = clock_ms();

			if (now < at && ready(STDIN_FILENO, POLLIN, (int)(at - now)))
				break;
			strip_tick(&strip, heard, clock_ms(), put, NULL);
		}
		n = read(STDIN_FILENO, buf, sizeof buf);
		heard = clock_ms();
		if (n > 0)
			strip_feed(&strip, buf, (size_t)n, put, NULL);
		else if (n == 0)
			break;
		else if (errno == EAGAIN)
			ready(STDIN_FILENO, POLLIN, -1);
		else if (errno != EINTR)
			err_die(EX_SYSTEM, "read standard input:");
	}
	strip_flush(&strip, put, NULL);
	return EX_YES;
}
