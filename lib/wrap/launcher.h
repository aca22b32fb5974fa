/* launcher - the rca-launch that waits until its wrapper is there */
#ifndef WRAP_LAUNCHER_H
#define WRAP_LAUNCHER_H

#include "task/task.h"

/* Finds out whether one waits. It is told by launcher_tell, or else when we exit. */
void launcher_find(const struct task *t);

/* Nothing if it was told already, or none waits. */
void launcher_tell(void);

#endif
