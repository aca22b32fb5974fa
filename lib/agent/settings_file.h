/* settings_file - which agent's settings a file holds, and whether they turn hooks off */
#ifndef AGENT_SETTINGS_FILE_H
#define AGENT_SETTINGS_FILE_H

#include <limits.h>

#include "agent/settings.h"

/*
 * Decides by the path, or else by the path it leads to: hooks.json and files in codex's directory
 * are codex's; settings.json and files in claude's are claude's. *sure: 0 if no name says so; it is
 * then taken to be claude's.
 */
enum settings_kind settings_file_kind(const char *path, int *sure);

/*
 * 1 if claude runs no hooks although path names them, because disableAllHooks is true in the first
 * file that sets it: the managed settings, settings.local.json beside path, path, the user's own.
 * off is that file. 0.
 */
int settings_file_off(const char *path, char off[PATH_MAX]);

#endif
