/* hook_entry - a hook of ours in a settings file: how it is written, and how it is known; for settings.c; no I/O */
#ifndef AGENT_HOOK_ENTRY_H
#define AGENT_HOOK_ENTRY_H

#include "agent/settings.h"
#include "json/cursor.h"

enum { ENTRY_TEXT = 16384 };

/* The hook that runs the program at path, as JSON; its command is the first string after "command". 0; -1 with why: too long. */
int hook_entry_text(enum settings_kind kind, const char *path, char buf[ENTRY_TEXT], char why[WHY]);

/* Whether this value runs rca-hook, from wherever, and nothing else. */
int hook_entry_ours(const struct cursor *h);

#endif
