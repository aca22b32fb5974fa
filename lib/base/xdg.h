/* xdg - where a user's own things are, as the XDG base directory specification has it: a relative path says nothing */
#ifndef BASE_XDG_H
#define BASE_XDG_H

#include <stddef.h>

#include "base/err.h"

/* rca/NAME below $XDG_CONFIG_HOME, or below ~/.config. 0; -1 if there is no such place, or no room. */
int xdg_config(const char *name, char *buf, size_t size);

/*
 * The same, of a file that is there and that nobody but us or root can have written. 1; 0 there is
 * none; -1 with why: it is not to be trusted, or cannot be looked at.
 */
int xdg_config_file(const char *name, char *buf, size_t size, char why[WHY]);

#endif
