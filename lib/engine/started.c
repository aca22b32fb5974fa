/* started - whether a task that an engine was told to start has come to run */
#include "engine/started.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"
#include "proc/lock.h"

/* LOOK_MS: a wrapper on another host cannot reach the fifo, so its lock is looked at, too. */
enum { LOOK_MS = 250, ASK_MS = 1000, ENGINE_MS = 20000, KEPT = 8, KEY = 48 };

/* macOS has mkfifoat only since its version 13. */
int
started_fifo(const struct task *t)
{
	char path[PATH_MAX + sizeof "/started"];
	int fd;

	unlinkat(t->fd, "started", 0);
	snprintf(path, sizeof path, "%s/started", t->path);
	if (mkfifo(path, 0600))
		return -1;
	fd = openat(t->fd, "started", O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && openat(t->fd, "started", O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC) < 0)
		return file_close(fd);
	return fd;
}

static enum alive
ask(const struct task *t, const char *engine, const struct about *about, char what[ALIVE_REASON])
{
	enum alive a = ALIVE_UNKNOWN;

	if (about->tells)
		a = alive_ask(engine, t->path, "", ENGINE_MS, what);
	if (a == ALIVE_RUNNING)
		*what = '\0';
	return a;
}

enum started
started_ask(const struct task *t, const char *engine, const struct about *about,
	char what[ALIVE_REASON])
{
	enum alive a = ask(t, engine, about, what);

	return a == ALIVE_QUEUED || a == ALIVE_RUNNING ? STARTED_QUEUED : STARTED_NOT;
}

enum started
started_wait(const struct task *t, const char *engine, const struct about *about, long long ms,
	int fifo, char what[ALIVE_REASON])
{
	long long end = clock_ms() + ms, asked = clock_ms();

	for (;;) {
		struct pollfd f = { .fd = fifo, .events = POLLIN };
		long long left = end - clock_ms();

		if (left <= 0)
			return started_ask(t, engine, about, what);
		if (about->queue && clock_ms() >= asked + ASK_MS) {
			if (ask(t, engine, about, what) == ALIVE_QUEUED)
				return STARTED_QUEUED;
			asked = clock_ms();
		}
		if (poll(&f, 1, left < LOOK_MS ? (int)left : LOOK_MS) > 0)
			return STARTED;
		if (lock_held(t->fd, "lock") != 0 || file_there(t->fd, "done") == 1)
			return STARTED;
	}
}

static int
is_kept(const char *key)
{
	return !strncmp(key, "engine_", 7) && strcmp(key, "engine_opts") && manifest_key_ok(key);
}

int
started_keep(const struct task *t, const struct manifest *m, char *says, char why[WHY])
{
	const char *kv[2 * (MANIFEST_KEYS + KEPT) + 1];
	char key[KEPT][KEY], *rest = NULL;
	int n = 0, kept = 0;

	for (int i = 0; i < m->n; i++)
		if (is_kept(m->kv[i].key)) {
			kv[n++] = m->kv[i].key;
			kv[n++] = "";
		}
	for (char *w = strtok_r(says, "\n", &rest); w && kept < KEPT;
		w = strtok_r(NULL, "\n", &rest)) {
		size_t k = strcspn(w, "=");

		snprintf(key[kept], KEY, "engine_%.*s", (int)k, w);
		if (!w[k] || k > KEY - sizeof "engine_" || !is_kept(key[kept]))
			continue;
		kv[n++] = key[kept++];
		kv[n++] = w + k + 1;
	}
	kv[n] = NULL;
	return n ? manifest_change(t->fd, kv, why) : 0;
}
