/* agent_settings - DIR/settings.json: our hooks, which the agent gets besides its own settings */
#ifndef WRAP_AGENT_SETTINGS_H
#define WRAP_AGENT_SETTINGS_H

#include <stddef.h>

#include "wrap/attempt.h"

/*
 * Writes the file, for the rca-hook of this installation, and puts its path into buf. buf is "" if
 * no command line of the agent names {settings}, if the setting hooks is no, or on failure, which
 * goes into history: the agent then runs without hooks.
 */
void agent_settings_write(const struct attempt *a, char *buf, size_t size);

#endif
