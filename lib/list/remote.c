/*
 * remote - the tasks of other hosts
 *
 * All are asked at once and heard one after the other; what one says meanwhile waits in its pipe.
 * Nothing of it is trusted. What does not begin as an object is a complaint.
 */
#include "list/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "json/cursor.h"
#include "proc/spawn.h"
#include "proc/which.h"
#include "task/manifest.h"
#include "text/strip.h"

/* A host may be silent for SILENCE times what rca-at waits for it, and talk for TALK times that. */
enum {
	LINE = 2 * MANIFEST_SIZE, ALL = 1 << 26, VALUE = 8192,
	PATIENCE_S = 5, SILENCE = 2, TALK = 12, GRACE_MS = 1000
};

static long long began;

static long
patience_ms(void)
{
	const char *set = getenv("RCA_AT_PATIENCE");
	long s = set ? strtol(set, NULL, 10) : 0;

	return 1000 * (s > 0 && s < 10000 ? s : PATIENCE_S);
}

static void
start(struct remote *h, char *program)
{
	char *argv[] = { program, (char *)h->host, (char *)"list", (char *)"-j", NULL };
	struct spawn s = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SAME };
	int p[2];

	h->pid = -1;
	if (pipe(p)) {
		err_why(h->why, "pipe:");
		return;
	}
	fcntl(p[0], F_SETFD, FD_CLOEXEC);
	fcntl(p[1], F_SETFD, FD_CLOEXEC);
	h->out = p[0];
	s.fd[1] = s.fd[2] = p[1];
	h->pid = spawn_start(&s, NULL);
	if (h->pid < 0) {
		err_why(h->why, "%s:", program);
		close(h->out);
	}
	close(p[1]);
}

void
remote_ask(struct remote *h, size_t n)
{
	char program[PATH_MAX] = "";
	int bad = which_own("bin/rca-at", program, sizeof program);

	began = clock_ms();
	for (; n > 0; n--, h++) {
		h->pid = -1;
		if (bad)
			err_why(h->why, "rca-at: not found: build or install it");
		else
			start(h, program);
	}
}

/* Adds one member as a line, if it is one that a task can have. */
static void
member(struct buf *b, const struct cursor *it)
{
	char key[80], value[VALUE], clean[VALUE];

	if (cursor_decode(it->key, it->key_end, key, sizeof key) < 0 || !manifest_key_ok(key) ||
	    *it->at == '{' || *it->at == '[')
		return;
	if (*it->at != '"')
		snprintf(value, sizeof value, "%.*s", (int)(it->end - it->at), it->at);
	else if (cursor_decode(it->at, it->end, value, sizeof value) < 0)
		return;
	oneline_exact(clean, sizeof clean, value, strlen(value));
	buf_printf(b, "%s=%s\n", key, clean);
}

struct hearing {
	struct remote *h;
	int (*take)(void *ctx, const char *host, const char *text);
	void *ctx;
	char said[WHY]; /* the last complaint */
};

/* 0; -1 with why. */
static int
hear_line(struct hearing *g, const char *s, size_t n)
{
	char text[MANIFEST_SIZE];
	struct buf b = { text, sizeof text, 0, 0 };
	struct cursor root, it = { .at = NULL };
	int line;

	if (!n || *s != '{') {
		if (n)
			oneline(g->said, sizeof g->said, s, n);
		return 0;
	}
	if (cursor_read(s, n, &root, &line))
		return err_why(g->h->why, "says what is not JSON");
	*text = 0;
	while (cursor_next(&root, &it))
		member(&b, &it);
	if (b.cut)
		return err_why(g->h->why, "names a task with more than a manifest can hold");
	return g->take(g->ctx, g->h->host, text) ? err_why(g->h->why, "hear:") : 0;
}

/* Takes the whole lines of buf, and moves the rest to its front; what is left. -1 with why. */
static ssize_t
hear_lines(struct hearing *g, char *buf, size_t n)
{
	char *line = buf, *end = buf + n, *nl;

	while ((nl = memchr(line, '\n', (size_t)(end - line)))) {
		if (hear_line(g, line, (size_t)(nl - line)))
			return -1;
		line = nl + 1;
	}
	memmove(buf, line, (size_t)(end - line));
	return end - line;
}

/* As read; -1 with ETIMEDOUT if nothing comes in time. */
static ssize_t
more(struct remote *h, long long since, char *buf, size_t size)
{
	struct pollfd p = { .fd = h->out, .events = POLLIN };
	long long until = since + SILENCE * patience_ms(), last = began + TALK * patience_ms();
	long long left = (until < last ? until : last) - clock_ms();
	int r;

	while ((r = poll(&p, 1, left > 0 ? (int)left : 0)) < 0 && errno == EINTR)
		;
	if (r > 0)
		return read(h->out, buf, size);
	if (!r)
		errno = ETIMEDOUT;
	return -1;
}

/* To the end of the output. 0; -1 with why. */
static int
hear_all(struct hearing *g)
{
	char buf[LINE];
	long long since = began;
	size_t all = 0;
	ssize_t n = 0, got;

	while ((got = more(g->h, since, buf + n, sizeof buf - (size_t)n)) > 0) {
		since = clock_ms();
		all += (size_t)got;
		if ((n = hear_lines(g, buf, (size_t)(n + got))) < 0)
			return -1;
		if (n == sizeof buf || all > ALL)
			return err_why(g->h->why, "says more than rca-list would");
	}
	if (got < 0 && errno == ETIMEDOUT)
		return err_why(g->h->why, "no answer in %ld s", SILENCE * patience_ms() / 1000);
	return got < 0 ? err_why(g->h->why, "read:") : 0;
}

/* The exit code of its rca-at, which is ended if it does not end. */
static int
reap(struct remote *h, int end)
{
	int status = 0;

	if (end)
		kill(h->pid, SIGTERM);
	if (spawn_wait_for(h->pid, &status, GRACE_MS) == 1) {
		kill(h->pid, SIGKILL);
		spawn_wait(h->pid, &status);
	}
	h->pid = -1;
	return spawn_code(status);
}

void
remote_hear(struct remote *h, int (*take)(void *ctx, const char *host, const char *text), void *ctx)
{
	struct hearing g = { .h = h, .take = take, .ctx = ctx };
	char name[WHY];
	const char *said = g.said;
	int bad, code;

	if (h->pid < 0)
		return;
	bad = hear_all(&g);
	close(h->out);
	code = reap(h, bad);
	if (bad || !code)
		return;
	snprintf(name, sizeof name, "rca-at: %s: ", h->host);
	if (!strncmp(said, name, strlen(name)))
		said += strlen(name);
	if (*said)
		err_why(h->why, "%s", said);
	else
		err_why(h->why, "exit code %d", code);
}
