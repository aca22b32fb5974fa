/* dialog - questions of an agent's interface that its user has answered by choosing it */
#ifndef MONITOR_DIALOG_H
#define MONITOR_DIALOG_H

#include "task/manifest.h"
#include "task/task.h"

/*
 * While the task's screen shows one of these dialogs, presses the key that accepts, and says so in
 * history. Returns how many were answered.
 */
int dialog_answer(const struct task *t, const struct manifest *m);

/*
 * Types the prompt that waits in the manifest (say), with Enter, and removes it. To be called at
 * the agent's prompt. 1; 0 if none waits, or it was not taken.
 */
int dialog_say(const struct task *t, const struct manifest *m);

#endif
