/* hook_entry - our hook in a settings file: its text, and how it is recognised */
#ifndef AGENT_HOOK_ENTRY_H
#define AGENT_HOOK_ENTRY_H

#include "agent/settings.h"
#include "json/cursor.h"

enum { ENTRY_TEXT = 16384 };

/* The hook that runs the program at path, as JSON. 0; -1 with why: too long. */
int hook_entry_text(enum settings_kind kind, const char *path, char buf[ENTRY_TEXT], char why[WHY]);

/* 1 if this value runs rca-hook, in whatever directory, and nothing else. */
int hook_entry_ours(const struct cursor *h);

#endif
