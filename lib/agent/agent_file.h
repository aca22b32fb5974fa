/* agent_file - finds, reads and checks an agent's file; a complaint names the line */
#ifndef AGENT_AGENT_FILE_H
#define AGENT_AGENT_FILE_H

#include "agent/agent.h"
#include "base/err.h"

/*
 * The agent called name, of $XDG_CONFIG_HOME/rca/agents (default ~/.config), else of the
 * lib/plugins/agents of this installation. Its event, sort and stderr lines are neither checked nor
 * kept, which saves memory: see stream_rules_load. NULL with why; free with agent_free.
 */
struct agent *agent_file_load(const char *name, char why[WHY]);
/* The same from n bytes of text; file is the name used in messages. */
struct agent *agent_file_parse(const char *file, const char *text, size_t n, char why[WHY]);

#endif
