/* send_keys - presses keys in a task's terminal, through its engine */
#ifndef ENGINE_SEND_KEYS_H
#define ENGINE_SEND_KEYS_H

#include "base/err.h"
#include "task/task.h"

enum { SEND_KEYS_MAX = 24 };

/* keys: tmux's names, NULL-terminated, at most SEND_KEYS_MAX. Returns as engine_call does. */
int send_keys(const struct task *t, const char *engine, char *const *keys, char why[WHY]);

/*
 * 1 if name is a key: one character, or a word such as Enter, Escape, F5, after any of C- M- S-.
 * tmux would type any other word as text.
 */
int send_keys_is_key(const char *name);

#endif
