/* vitals - the signs of life a task's files and processes give, for rca-probe and rca-monitor; looks, decides nothing */
#ifndef VITALS_H
#define VITALS_H

#include <sys/types.h>

#include "agent.h"
#include "conf.h"
#include "hang.h"
#include "manifest.h"
#include "progress.h"
#include "screen.h"
#include "task.h"

/* Epoch seconds of the last write of the attempt to any of its files; 0: none yet. */
long long vitals_last_write(const struct task *t);

/* The silence rule in force; silence_s 0: silence means nothing for this task (a command, an agent at its prompt). */
struct hang_rule vitals_rule(const struct conf *c, const struct manifest *m, const struct agent *a);

/* Fills a look: times, and, if costly, processor time and tools of the tree below holder (0: by mark only). 0, -1 with errno. */
int vitals_look(const struct task *t, const struct agent *a, pid_t holder, int costly, struct hang_look *l);

/*
 * What the attempt's last lines mean: the screen of an interactive agent, the log of a command, or what an agent with an event stream wrote that is no event (a question on stderr).
 * 0, -1 there is nothing to be read.
 */
int vitals_screen(const struct task *t, const struct manifest *m, const struct agent *a, struct screen *s);

#endif
