/*
 * done - DIR/done: the task has ended; its line says how ("completed 0")
 *
 * On some network file systems (GlusterFS) a reader on another host sees an old manifest after
 * `done` for a second. So `done` is believed.
 */
#ifndef TASK_DONE_H
#define TASK_DONE_H

#include "task/manifest.h"

/* Makes it for an end that stands in m. 0; -1 with errno. */
int done_write(int dir, const struct manifest *m);

/*
 * Gives m, in memory, the status and exit code of dir/done, unless it has a terminal status. A done
 * that does not say (an older one is empty) changes nothing.
 */
void done_believe(int dir, struct manifest *m);

#endif
