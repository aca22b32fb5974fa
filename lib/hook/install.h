/* install - a settings file on disk, edited in place by however many at once; between settings.h, which knows what to write, and the tools */
#ifndef HOOK_INSTALL_H
#define HOOK_INSTALL_H

#include "agent/settings.h"
#include "base/err.h"

struct hookfile {
	const char *path;        /* of the file; missing, it is made when something is added, with its directory (one level) */
	const char *below;       /* a symlink may not lead out of this directory; NULL: it may */
	enum settings_kind kind;
	const char *program;     /* ours; NULL: to be taken out */
};

/*
 * Edits it: whole or not at all; mode and owner stay; a symlink stays one, and what it leads to is edited. 0; else the exit code, with why: EX_CALLER what is there cannot be
 * edited (no settings, leads out, no regular file), EX_SYSTEM.
 */
int install_edit(const struct hookfile *h, char why[WHY]);

#endif
