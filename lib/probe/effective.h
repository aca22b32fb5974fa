/* effective - the settings in force for a task, whose kind or agent's file may have a say */
#ifndef PROBE_EFFECTIVE_H
#define PROBE_EFFECTIVE_H

#include "agent/agent.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/task.h"

/* 1 if a command is to be started again whenever it ends. */
int effective_service(const struct task *t, const struct manifest *m, const struct config *c);

/* In seconds; 0 none. */
long long effective_deadline(const struct task *t, const struct manifest *m,
	const struct config *c);

/*
 * In seconds; 0: silence means nothing (a command, an agent at its prompt). a may be NULL. from
 * (CONFIG_FROM bytes, may be NULL): where it comes from.
 */
long long effective_silence(const struct manifest *m, const struct config *c,
	const struct agent *a, char *from);

/* Calls out with each setting, its value in force ("" none) and where it comes from. */
void effective_each(const struct task *t, const struct manifest *m, const struct config *c,
	const struct agent *a, void (*out)(const char *key, const char *val, const char *from));

#endif
