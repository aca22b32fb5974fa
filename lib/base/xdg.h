/* xdg - the user's own files, by the XDG base directory specification (no relative paths) */
#ifndef BASE_XDG_H
#define BASE_XDG_H

#include <stddef.h>

#include "base/err.h"

/*
 * The path of the user's own rca/NAME below $XDG_CONFIG_HOME or ~/.config. 1; 0 there is no such
 * file; -1 with why: somebody else but root can write it, or it cannot be looked at.
 */
int xdg_config_file(const char *name, char *buf, size_t size, char why[WHY]);

#endif
