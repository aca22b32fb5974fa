/* send_keys - text and keys into the terminal of a task, through its engine's `send` */
#ifndef ENGINE_SEND_KEYS_H
#define ENGINE_SEND_KEYS_H

#include <stddef.h>

#include "base/err.h"
#include "task/task.h"

/* Types n bytes as they are, by one paste where the program asks for that. 0; else the engine's exit code (-1: it did not end in time), with why. */
int send_keys_text(const struct task *t, const char *engine, const char *text, size_t n, char why[WHY]);

/* Presses keys, by tmux's names, NULL-terminated, at most SEND_KEYS_MAX. As above. */
enum { SEND_KEYS_MAX = 24 };
int send_keys(const struct task *t, const char *engine, char *const *keys, char why[WHY]);

/* 1 if name is a key's: one character, or a word such as Enter, Escape, F5, after any of C- M- S-. tmux would type any other word as text. */
int send_keys_is_key(const char *name);

#endif
