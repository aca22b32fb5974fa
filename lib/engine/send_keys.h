/* send_keys - sends text and keys to a task's terminal through its engine */
#ifndef ENGINE_SEND_KEYS_H
#define ENGINE_SEND_KEYS_H

#include <stddef.h>

#include "base/err.h"
#include "task/task.h"

/*
 * Types n bytes as they are, as one paste if the program asks for pastes. 0; else the engine's exit
 * code with why, -1 if it was not found or too slow.
 */
int send_keys_text(const struct task *t, const char *engine, const char *text, size_t n,
	char why[WHY]);

/* Presses keys by tmux's names, NULL-terminated, at most SEND_KEYS_MAX. Returns the same. */
enum { SEND_KEYS_MAX = 24 };
int send_keys(const struct task *t, const char *engine, char *const *keys, char why[WHY]);

/*
 * 1 if name is a key: one character, or a word such as Enter, Escape, F5, after any of C- M- S-.
 * tmux would type any other word as text.
 */
int send_keys_is_key(const char *name);

#endif
