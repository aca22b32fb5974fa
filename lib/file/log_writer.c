/* log_writer - appends to a log and rotates it, on a disk that may be full */
#include "file/log_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/regular.h"

static int
open_file(struct log_writer *s)
{
	struct stat st;

	s->fd = regular_open(s->dir, s->name, O_RDWR | O_APPEND | O_CREAT);
	if (s->fd < 0)
		return -1;
	if (fstat(s->fd, &st)) {
		close(s->fd);
		s->fd = -1;
		return -1;
	}
	s->size = st.st_size;
	return 0;
}

int
log_writer_open(struct log_writer *s, int dir, const char *name, long long max)
{
	memset(s, 0, sizeof *s);
	s->dir = dir;
	s->name = name;
	s->max = max;
	if (open_file(s))
		return -1;
	if (regular_torn(s->fd))
		log_writer_write(s, "\n", 1);
	return 0;
}

/* Writes what the disk takes; how much. */
static size_t
push(struct log_writer *s, const char *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t w = write(s->fd, p + done, n - done);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			s->err = errno;
			break;
		}
		done += (size_t)w;
	}
	s->size += (off_t)done;
	return done;
}

static void
hold(struct log_writer *s, const char *p, size_t n)
{
	if (!s->held)
		s->held = malloc(LOG_WRITER_HELD);
	if (!s->held || n > LOG_WRITER_HELD - s->nheld) {
		s->dropped += (long long)n;
		return;
	}
	memcpy(s->held + s->nheld, p, n);
	s->nheld += n;
}

static void
rotate(struct log_writer *s)
{
	char old[64];
	int fd = s->fd;

	snprintf(old, sizeof old, "%s.1", s->name);
	if (renameat(s->dir, s->name, s->dir, old))
		return;
	if (open_file(s)) {
		s->fd = fd;
		return;
	}
	close(fd);
}

int
log_writer_retry(struct log_writer *s)
{
	size_t n;

	if (!s->nheld)
		return 0;
	n = push(s, s->held, s->nheld);
	memmove(s->held, s->held + n, s->nheld - n);
	s->nheld -= n;
	if (s->nheld)
		return -1;
	free(s->held);
	s->held = NULL;
	s->err = 0;
	return 0;
}

/* The file has reached the process's size limit; waiting does not help: rotates, or drops. */
static size_t
at_limit(struct log_writer *s, const char *p, size_t n)
{
	size_t done = 0;

	if (s->max && s->size > 0) {
		rotate(s);
		done = push(s, p, n);
	}
	s->dropped += (long long)(n - done);
	return n;
}

void
log_writer_write(struct log_writer *s, const void *buf, size_t n)
{
	const char *p = buf;
	size_t done = 0;

	if (s->fd < 0)
		return;
	if (s->max && s->size + (off_t)n > s->max && s->size > 0 && !s->nheld)
		rotate(s);
	if (!log_writer_retry(s))
		done = push(s, p, n);
	if (done < n && s->err == EFBIG && !s->nheld)
		done += at_limit(s, p + done, n - done);
	if (done < n)
		hold(s, p + done, n - done);
}

void
log_writer_close(struct log_writer *s)
{
	if (s->fd < 0)
		return;
	log_writer_retry(s);
	close(s->fd);
	free(s->held);
	s->held = NULL;
	s->fd = -1;
}
