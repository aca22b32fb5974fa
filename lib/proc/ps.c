/* ps - the lines of one ps(1), as they come; no shell in between */
#include "proc/ps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc/spawn.h"

enum {
	LINE_MAX_BYTES = 4 * 1024 * 1024, /* a command with its environment; what is longer is cut */
	FIRST_ROOM = 65536,
	WORDS = 16
};

int
ps_open(struct ps *in, const char *command)
{
	char buf[128], *argv[WORDS] = { buf };
	struct spawn s = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SAME };
	int p[2], n = 1;

	snprintf(buf, sizeof buf, "%s", command);
	for (char *b = buf; (b = strchr(b, ' ')) && n < WORDS - 1; n++) {
		*b++ = '\0';
		argv[n] = b;
	}
	*in = (struct ps){ .fd = -1 };
	if (pipe(p) < 0)
		return -1;
	fcntl(p[0], F_SETFD, FD_CLOEXEC);
	fcntl(p[1], F_SETFD, FD_CLOEXEC);
	s.fd[1] = p[1];
	in->pid = spawn_start(&s, NULL);
	close(p[1]);
	if (in->pid < 0)
		close(p[0]);
	else
		in->fd = p[0];
	return in->pid < 0 ? -1 : 0;
}

int
ps_close(struct ps *in, int r)
{
	int saved = errno, ws = 0;

	close(in->fd);
	free(in->buf);
	if (spawn_wait(in->pid, &ws) < 0 && errno != ECHILD)
		return -1;
	errno = saved;
	if (r == 0 && ws != 0) {
		errno = EIO;
		r = -1;
	}
	return r;
}

/* Reads on; 0 end of file, -1 errno. */
static ssize_t
more(struct ps *in)
{
	ssize_t n;

	if (in->eaten) {
		memmove(in->buf, in->buf + in->eaten, in->used - in->eaten);
		in->used -= in->eaten;
		in->eaten = 0;
	}
	if (in->room - in->used < 2) {
		size_t room = in->room ? in->room * 2 : FIRST_ROOM;
		char *buf = realloc(in->buf, room);

		if (!buf)
			return -1;
		in->buf = buf;
		in->room = room;
	}
	while ((n = read(in->fd, in->buf + in->used, in->room - in->used - 1)) < 0 && errno == EINTR)
		;
	if (n > 0)
		in->used += (size_t)n;
	return n;
}

int
ps_line(struct ps *in, char **line)
{
	size_t looked = in->eaten;

	for (;;) {
		char *nl = in->used > looked ? memchr(in->buf + looked, '\n', in->used - looked) : NULL;
		size_t have = in->used - in->eaten;
		ssize_t n;

		if (nl || have >= LINE_MAX_BYTES) {
			int rest = in->cut;

			*line = in->buf + in->eaten;
			in->cut = !nl;
			in->eaten = nl ? (size_t)(nl - in->buf) + 1 : in->used;
			in->buf[nl ? (size_t)(nl - in->buf) : in->used] = '\0';
			if (!rest)
				return 1;
			looked = in->eaten;
			continue;
		}
		if ((n = more(in)) <= 0)
			return (int)n;
		looked = have; /* more() has moved it to the front */
	}
}
