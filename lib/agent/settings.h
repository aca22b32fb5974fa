/*
 * settings - puts our hooks into the text of an agent's settings file (claude's settings.json,
 * codex's hooks.json), and takes them out; every other byte stays, so nothing of them is left
 */
#ifndef AGENT_SETTINGS_H
#define AGENT_SETTINGS_H

#include <stddef.h>

#include "base/err.h"

enum { SETTINGS_MAX = 1024 * 1024 };

/*
 * claude runs `command` itself if `args` is beside it; codex gives it to a shell, and has fewer
 * events.
 */
enum settings_kind { SETTINGS_CLAUDE, SETTINGS_CODEX };

/*
 * in (n bytes), with the program at path as a hook of each event that matters. A hook of ours that
 * is there already stays in its place, with this path. 0: *out (*len bytes and a NUL, for free()),
 * equal to in if there was nothing to do. -1 with why: not JSON (with the line), not of the form of
 * settings, or no memory.
 */
int settings_add(const char *in, size_t n, enum settings_kind kind, const char *path, char **out,
	size_t *len, char why[WHY]);

/* The same without our hooks, in whatever directory the program is. */
int settings_remove(const char *in, size_t n, char **out, size_t *len, char why[WHY]);

#endif
