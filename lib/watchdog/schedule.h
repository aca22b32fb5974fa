/*
 * schedule - how cron, systemd, launchd or OpenClaw run a program, quoted as each wants it
 *
 * Strings are borrowed, except for PATH. They may hold any byte but control characters.
 */
#ifndef WATCHDOG_SCHEDULE_H
#define WATCHDOG_SCHEDULE_H

#include <stdio.h>

#include "base/err.h"

enum { SCHEDULE_WORDS = 40, SCHEDULE_ENV = 8, SCHEDULE_PATH = 8192 };

/* Begins as zeros, except for program: an absolute path. */
struct schedule {
	const char *program;
	const char *arg[SCHEDULE_WORDS];
	struct { const char *name, *value; } env[SCHEDULE_ENV];
	int args, envs;
	const char *prefix; /* of OpenClaw's event; NULL: "rca:" */
	char path[SCHEDULE_PATH];
};

/* Each 0; -1 with why: control characters, or too many. */
int schedule_arg(struct schedule *s, const char *arg, char why[WHY]);
int schedule_env(struct schedule *s, const char *name, const char *value, char why[WHY]);

/* Adds PATH (NULL: none) without directories that are relative, missing or repeated. */
int schedule_path(struct schedule *s, const char *path, char why[WHY]);

/* All four, each below a comment that says where it goes. */
void schedule_print(const struct schedule *s, FILE *f);

#endif
