/* probe - the signs of life in a task's files and processes */
#include "probe/probe.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "engine/engine.h"
#include "file/regular.h"
#include "probe/effective.h"
#include "probe/vitals.h"
#include "proc/lock.h"
#include "proc/tree.h"
#include "task/progress.h"
#include "text/strip.h"

enum { TAIL = 4096, SCREEN = 65536, ENGINE_MS = 5000 };

static const char *const names[PROBE_FILES] = {
	"output.log", "events.jsonl", "stderr.log", "check.log", "pid", "progress"
};

static long long
written(const struct task *t, const char *name)
{
	struct stat st;

	return fstatat(t->fd, name, &st, AT_SYMLINK_NOFOLLOW) ? 0 : (long long)st.st_mtime;
}

int
probe_written(const struct task *t, struct probe_files *v, int log)
{
	struct stat st;
	int changed = 0;

	for (size_t i = !log; i < PROBE_FILES; i++) {
		if (fstatat(t->fd, names[i], &st, AT_SYMLINK_NOFOLLOW))
			continue;
		if (v->f[i].ino == st.st_ino && v->f[i].size == st.st_size &&
			v->f[i].at.tv_sec == st.st_mtim.tv_sec &&
			v->f[i].at.tv_nsec == st.st_mtim.tv_nsec)
			continue;
		v->f[i].ino = st.st_ino;
		v->f[i].size = st.st_size;
		v->f[i].at = st.st_mtim;
		changed = 1;
	}
	return changed;
}

void
probe_times(const struct task *t, int log, struct hang_evidence *e)
{
	e->now = clock_now();
	e->last_write = 0;
	for (size_t i = !log; i < PROBE_FILES; i++) {
		long long at = written(t, names[i]);

		if (at > e->last_write)
			e->last_write = at;
	}
	if (e->last_write > e->now)
		e->last_write = e->now;
}

struct hang_rule
probe_rule(const struct config *c, const struct manifest *m, const struct agent *a)
{
	return (struct hang_rule){
		.grace_s = config_num(c, m, "grace"),
		.tool_s = config_num(c, m, "tool_timeout"),
		.background_s = config_num(c, m, "background_timeout"),
		.silence_s = effective_silence(m, c, a, NULL),
	};
}

int
probe_tree(const struct task *t, const struct agent *a, pid_t holder, struct hang_evidence *e)
{
	struct tree_usage use;
	struct progress p;
	long long last;

	if (holder == LOCK_ELSEWHERE ? vitals_read(t, &use, &e->at_ms)
		: tree_usage(holder > 0 ? holder : 0, t->path, &use))
		return -1;
	e->cpu_ms = use.cpu_ms;
	if (progress_load(t->fd, &p, &last))
		memset(&p, 0, sizeof p);
	e->background = (int)p.background;
	if (p.open_tools > 0) {
		e->tools = (int)p.open_tools;
		e->tool_age_s = e->now - e->last_write;
	} else if (a && agent_get(a, "open") && use.apart > 0) {
		e->tools = use.apart;
		e->tool_age_s = use.apart_age_s > e->asleep_s ? use.apart_age_s - e->asleep_s : 0;
	}
	return 0;
}

/*
 * A headless agent asks on stderr, or on stdout in a line that is not an event. The text of its
 * events does not count: it may speak of questions.
 */
static ssize_t
stream_tail(const struct task *t, char *buf, size_t size)
{
	ssize_t n = 0;
	char *line;

	if (written(t, "stderr.log") <= written(t, "events.jsonl"))
		n = regular_part(t->fd, "events.jsonl", 1, buf, size);
	if (n <= 0)
		n = regular_part(t->fd, "stderr.log", 1, buf, size);
	if (n <= 0)
		return -1;
	while (n > 0 && buf[n - 1] == '\n')
		buf[--n] = 0;
	line = strrchr(buf, '\n');
	return *(line ? line + 1 : buf) == '{' ? -1 : n;
}

void
probe_last_line(int dir, const char *path, char *dst, size_t size)
{
	char buf[TAIL + 1];
	ssize_t n = regular_part(dir, path, 1, buf, sizeof buf);

	*dst = 0;
	while (n > 0) {
		ssize_t to = n;

		while (n > 0 && buf[n - 1] != '\n')
			n--;
		if ((to - n < 3 || memcmp(buf + n, "== ", 3)) &&
			oneline(dst, size, buf + n, (size_t)(to - n)))
			return;
		*dst = 0;
		n--;
	}
}

int
probe_screen(const struct task *t, const struct manifest *m, const struct agent *a,
	struct screen *s)
{
	char buf[SCREEN], why[WHY];
	ssize_t n;

	if (*manifest_get(m, "interactive")) {
		if (engine_call(manifest_get(m, "engine"), "screen", t->path, NULL, buf, sizeof buf,
			ENGINE_MS, why))
			return -1;
		n = (ssize_t)strlen(buf);
	} else if (a && agent_read(a) == READ_PIPE) {
		n = stream_tail(t, buf, TAIL);
	} else {
		n = regular_part(t->fd, "output.log", 1, buf, TAIL);
	}
	if (n < 0)
		return -1;
	screen_read(buf, (size_t)n, manifest_get(m, "agent"), s);
	return 0;
}
