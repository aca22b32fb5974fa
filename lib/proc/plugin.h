/* plugin - small programs beside ours, or the user's own: engines, notifiers */
#ifndef PROC_PLUGIN_H
#define PROC_PLUGIN_H

#include <stddef.h>

#include "base/err.h"

/*
 * Finds the executable NAME of a kind ("engine"): $XDG_CONFIG_HOME/rca/engines/NAME, else
 * lib/plugins/engines/NAME of this installation. 0 with its path in buf; -1 with why.
 */
int plugin_find(const char *kind, const char *name, char *buf, size_t size, char why[WHY]);

#endif
