/* probe - the signs of life a task's files and processes give, for rca-probe and rca-monitor; looks, decides nothing */
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

/* The attempt's files, as a watcher saw them: zeros at first. */
enum { PROBE_FILES = 6 };
struct probe_files {
	struct {
		ino_t ino;
		off_t size;
		struct timespec at;
	} f[PROBE_FILES];
};

/*
 * 1 if anything was written to any of them (without log: but output.log) since the last look, or if
 * this is the first. That they differ tells it, never what time they bear: another host may have
 * written them, or its clock was set.
 */
int probe_written(const struct task *t, struct probe_files *v, int log);

/*
 * For a single look: now and the last write (without log: but to output.log), in epoch seconds (0: none yet). Two clocks may stand
 * behind these, and one may have been set; a write in the future counts as one of now.
 */
void probe_times(const struct task *t, int log, struct hang_evidence *l);

/* The silence rule in force; silence_s 0: silence means nothing for this task (a command, an agent at its prompt). */
struct hang_rule probe_rule(const struct config *c, const struct manifest *m, const struct agent *a);

/* Fills in processor time and tools of the tree below holder (0: by mark only), if costly, else zeros; the times in it are the caller's. 0, -1 with errno. */
int probe_look(const struct task *t, const struct agent *a, pid_t holder, int costly, struct hang_evidence *l);

/*
 * What the attempt's last lines mean: the screen of an interactive agent, the log of a command, or what an agent with an event stream wrote that is no event (a question on stderr).
 * 0, -1 there is nothing to be read.
 */
int probe_screen(const struct task *t, const struct manifest *m, const struct agent *a, struct screen *s);

#endif
