/* install - edits a settings file in place, while others may edit it, too */
#ifndef HOOK_INSTALL_H
#define HOOK_INSTALL_H

#include "agent/settings.h"
#include "base/err.h"

struct install {
	const char *path;    /* the file; it and its directory are made if something is added */
	const char *below;   /* a symlink must not lead out of this directory; NULL: it may */
	enum settings_kind kind;
	const char *program; /* rca-hook's path, to be added; NULL: its hooks are taken out */
};

/*
 * Replaces the file whole; mode and owner stay, and what a symlink leads to is edited. 0; else the
 * exit code with why: EX_CALLER what is there cannot be edited, EX_SYSTEM.
 */
int install_edit(const struct install *in, char why[WHY]);

#endif
