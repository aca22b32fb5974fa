/* ticket - a queue of processes: first come, first served, and one that ends has left it */
#include "proc/ticket.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"
#include "file/regular.h"
#include "proc/lock_block.h"

/* DRAW: the byte that is held while a number is drawn, for microseconds. */
enum { DRAW, FIRST, DRAW_MS = 60000 };

static struct flock
places(short type, long long from, long long to)
{
	return (struct flock){
		.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)from,
		.l_len = to < 0 ? 0 : (off_t)(to - from + 1)
	};
}

/* The highest number from `from` to `to` (-1: no end) that others hold; 0 none; -1 with errno. */
static long long
highest(int fd, long long from, long long to)
{
	long long found = 0;

	while (to < 0 || from <= to) {
		struct flock fl = places(F_WRLCK, from, to);

		if (fcntl(fd, F_GETLK, &fl))
			return -1;
		if (fl.l_type == F_UNLCK)
			break;
		found = fl.l_start + (fl.l_len > 1 ? fl.l_len - 1 : 0);
		from = found + 1;
	}
	return found;
}

/* The number of the one before us; 0 none; -1 with errno. It is looked for close to us first. */
static long long
before(const struct ticket *q)
{
	for (long long n = 1;; n *= 2) {
		long long from = q->number > n ? q->number - n : FIRST;
		long long found = highest(q->fd, from, q->number - 1);

		if (found || from == FIRST)
			return found;
	}
}

static int
draw(struct ticket *q)
{
	struct flock turn = places(F_WRLCK, DRAW, DRAW), mine;
	long long end = clock_ms() + DRAW_MS, last;

	while (lock_block(q->fd, &turn, DRAW_MS, NULL))
		if (errno != EINTR || clock_ms() >= end)
			return -1;
	if ((last = highest(q->fd, FIRST, -1)) < 0)
		return -1;
	q->number = last + 1;
	mine = places(F_WRLCK, q->number, q->number);
	turn.l_type = F_UNLCK;
	return fcntl(q->fd, F_SETLK, &mine) || fcntl(q->fd, F_SETLK, &turn) ? -1 : 0;
}

int
ticket_draw(struct ticket *q, int dir, const char *name)
{
	if ((q->fd = regular_open(dir, name, O_RDWR | O_CREAT)) < 0)
		return -1;
	return draw(q) ? q->fd = file_close(q->fd) : 0;
}

int
ticket_wait(const struct ticket *q, long ms, const volatile sig_atomic_t *stop)
{
	long long end = clock_ms() + ms, left, other;
	struct flock fl;

	while ((other = before(q)) > 0) {
		if ((left = end - clock_ms()) <= 0)
			return 0;
		fl = places(F_RDLCK, other, other);
		if (lock_block(q->fd, &fl, (long)left, stop))
			return errno == EINTR && clock_ms() >= end ? 0 : -1;
		fl.l_type = F_UNLCK;
		if (fcntl(q->fd, F_SETLK, &fl))
			return -1;
	}
	return other < 0 ? -1 : 1;
}

void
ticket_drop(struct ticket *q)
{
	if (q->fd >= 0)
		close(q->fd);
	q->fd = -1;
}
