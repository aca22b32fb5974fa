/*
 * schedule - how cron, systemd, launchd and OpenClaw are told to run a program: text, quoted as each of them wants it
 *
 * Strings are borrowed, not copied, but for PATH; they may hold any byte but control characters.
 */
#ifndef WATCHDOG_SCHEDULE_H
#define WATCHDOG_SCHEDULE_H

#include <stdio.h>

#include "base/err.h"

enum { SCHEDULE_WORDS = 40, SCHEDULE_ENV = 8, SCHEDULE_PATH = 8192 };

/* Begun as zero but for program: an absolute path. */
struct schedule {
	const char *program;
	const char *arg[SCHEDULE_WORDS];
	struct { const char *name, *value; } env[SCHEDULE_ENV];
	int args, envs;
	const char *prefix; /* of what OpenClaw is told; NULL: "rca:" */
	char path[SCHEDULE_PATH];
};

/* Each 0; -1 with why: control characters, or too many. */
int schedule_arg(struct schedule *s, const char *arg, char why[WHY]);
int schedule_env(struct schedule *s, const char *name, const char *value, char why[WHY]);

/* PATH (NULL: none), less what is relative, not there, or there twice. */
int schedule_path(struct schedule *s, const char *path, char why[WHY]);

/* Writes what each of them is told, below a line or two of comment that says where it goes. */
void schedule_print(const struct schedule *s, FILE *f);

#endif
