/* agent_settings - DIR/settings.json: the settings that an attempt's agent is offered beside its own, with our hooks in them */
#ifndef WRAP_AGENT_SETTINGS_H
#define WRAP_AGENT_SETTINGS_H

#include <stddef.h>

#include "agent/agent.h"
#include "task/config.h"
#include "task/task.h"

/*
 * If one of the agent's command lines names {settings}, and the setting hooks is not no: writes the file, for the rca-hook of this installation, and puts its path into buf. Else, or if that
 * fails, which history then tells, buf is "": the agent works without.
 */
void agent_settings_offer(const struct task *t, const struct agent *a, const struct config *c, const struct manifest *m, char *buf, size_t size);

#endif
