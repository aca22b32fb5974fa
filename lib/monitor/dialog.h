/* dialog - questions of an agent's interface that its user has answered by choosing that interface */
#ifndef MONITOR_DIALOG_H
#define MONITOR_DIALOG_H

#include "task/manifest.h"
#include "task/task.h"

/*
 * Looks at the task's screen and, while it positively shows one of these dialogs, presses the key of the entry that accepts; says so in `history`. The number answered; 0 if none is there.
 */
int dialog_answer(const struct task *t, const struct manifest *m);

/* Types the words that wait in the manifest (say), at an agent's prompt, and Enter; takes them out. 1; 0 if there are none, or they were not taken. */
int dialog_say(const struct task *t, const struct manifest *m);

#endif
