/*
 * rca-strip - filter: turns terminal output into plain text
 *
 * Whole lines go out after each read. A line without an end goes out after 0.1 s of silence, or, if
 * it is being overwritten, after 2 s: a short progress bar leaves its last state only, and nothing
 * is held for ever.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "file/file.h"
#include "proc/tool.h"
#include "text/strip.h"

enum { READ_SIZE = 128 * 1024 };

static const char help[] =
	"usage: rca-strip [-hV]\n"
	"\n"
	"Remove terminal control from text.\n"
	"\n";

/* Waits for input, at most ms (-1: for ever). 0: time is up. */
static int
ready(int ms)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
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
	if (file_write_all(STDOUT_FILENO, s, n))
		err_die(EX_SYSTEM, "write standard output:");
	return 0;
}

int
main(int argc, char **argv)
{
	static struct strip strip;
	static char buf[READ_SIZE];
	long long heard = clock_ms(), at;

	tool_begin(INHERIT_ANSWERS, argv, help);
	tool_option(argc, argv, TOOL_OPERANDS);
	if (optind < argc)
		tool_usage();
	strip_init(&strip);
	for (;;) {
		ssize_t n;

		while ((at = strip_due(&strip, heard)) != 0) {
			long long now = clock_ms();

			if (now < at && ready((int)(at - now)))
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
			ready(-1);
		else if (errno != EINTR)
			err_die(EX_SYSTEM, "read standard input:");
	}
	strip_flush(&strip, put, NULL);
	return EX_YES;
}
