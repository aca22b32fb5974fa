/* probe - the signs of life in a task's files and processes; it looks and judges nothing */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include <sys/types.h>
#include <time.h>

#include "agent/agent.h"
#include "engine/screen.h"
#include "probe/hang.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/task.h"

/* The attempt's files as a watcher saw them last; zeros before the first look. */
enum { PROBE_FILES = 6 };
struct probe_files {
	struct {
		ino_t ino;
		off_t size;
		struct timespec at;
	} f[PROBE_FILES];
};

/*
 * 1 if any file (log 0: any but output.log) has changed since the last look, or at the first look.
 * A time is only compared for equality: another host may have set it, or the clock was changed.
 */
int probe_written(const struct task *t, struct probe_files *v, int log);

/*
 * For a single look: sets now and last_write (log 0: output.log does not count) in epoch seconds,
 * 0 if nothing was written yet. A time in the future counts as now, for the reason above.
 */
void probe_times(const struct task *t, int log, struct hang_evidence *e);

/* The rule in force. silence_s 0: silence means nothing (a command, an agent at its prompt). */
struct hang_rule probe_rule(const struct config *c, const struct manifest *m,
	const struct agent *a);

/*
 * Sets cpu_ms, tools and background of the tree below holder (0: found by mark only), in a walk
 * over all processes, or from DIR/vitals if it is LOCK_ELSEWHERE; the caller has set the times. 0,
 * -1 with errno.
 */
int probe_tree(const struct task *t, const struct agent *a, pid_t holder, struct hang_evidence *e);

/*
 * The last line in a log's tail that is not blank and none of the tools' own ("== "), clean; "" if
 * there is none. path is relative to dir.
 */
void probe_last_line(int dir, const char *path, char *dst, size_t size);

/*
 * What the attempt's last lines mean: the screen of an interactive agent, the log of a command, or
 * what an agent with an event stream wrote outside of it (a question on stderr). 0, -1 if there is
 * nothing to read.
 */
int probe_screen(const struct task *t, const struct manifest *m, const struct agent *a,
	struct screen *s);

#endif
