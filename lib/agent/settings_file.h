/* settings_file - whose settings a file holds, and whether hooks are turned off in it */
#ifndef AGENT_SETTINGS_FILE_H
#define AGENT_SETTINGS_FILE_H

#include "agent/settings.h"
#include "base/system.h"

/*
 * By the file's names, the given one and the one it leads to: hooks.json and what lies in codex's
 * directory is codex's, settings.json and what lies in claude's is claude's. *sure: 0 if no name
 * says so, and claude's is but the likelier.
 */
enum settings_kind settings_file_kind(const char *path, int *sure);

/*
 * Whether claude runs no hooks although path names them: disableAllHooks is true in the first file
 * that sets it, of the managed settings, settings.local.json beside path, path, the user's own.
 * 1 with which in off; 0.
 */
int settings_file_off(const char *path, char off[PATH_MAX]);

#endif
