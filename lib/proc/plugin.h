/* plugin - engines, notifiers, boxes, agents: those beside our programs, and the user's own */
#ifndef PROC_PLUGIN_H
#define PROC_PLUGIN_H

#include <stddef.h>

#include "base/err.h"

/*
 * Finds the executable NAME of a kind ("engine"): $XDG_CONFIG_HOME/rca/engines/NAME, else
 * lib/plugins/engines/NAME of this installation. 0 with its path in buf; -1 with why.
 */
int plugin_find(const char *kind, const char *name, char *buf, size_t size, char why[WHY]);

/* Says in why that there is no NAME of a kind, and which there are. Returns -1. */
int plugin_missing(const char *kind, const char *name, char why[WHY]);

#endif
