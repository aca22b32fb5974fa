/*
 * settings - an agent's settings file (claude's settings.json, codex's hooks.json) with our hooks put in or taken out; text to text, no I/O
 *
 * Every other byte stays: what was put in is taken out again without a trace.
 */
#ifndef AGENT_SETTINGS_H
#define AGENT_SETTINGS_H

#include <stddef.h>

#include "base/err.h"

enum { SETTINGS_MAX = 1024 * 1024 };

/* Who runs the hook: claude runs `command` itself where `args` stands beside it; codex gives it to a shell, and knows fewer events. */
enum settings_kind { SETTINGS_CLAUDE, SETTINGS_CODEX };

/*
 * in (n bytes) with the program at path as a hook of each event that matters. One of ours that is there already stays where it is, with this path.
 * 0: *out (*len bytes and a NUL; the caller frees it), equal to in if there was nothing to do. -1 with why: it is no JSON (with the line), or not as settings are; or no memory.
 */
int settings_add(const char *in, size_t n, enum settings_kind kind, const char *path, char **out,
	size_t *len, char why[WHY]);

/* in without any hook of ours (a program of this name, wherever it is), likewise. */
int settings_remove(const char *in, size_t n, char **out, size_t *len, char why[WHY]);

#endif
