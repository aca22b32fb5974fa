/* config_file - splits the user's config file into lines, and checks them */
#ifndef TASK_CONFIG_FILE_H
#define TASK_CONFIG_FILE_H

#include <stddef.h>

#include "base/err.h"

/* 0 if key exists and may have that value; -1 with why. */
typedef int config_file_check(const char *key, const char *val, char why[WHY]);

/*
 * Turns text (size bytes and a NUL) into a string for each line; blank lines, comments and wrong
 * lines become blank ones. 0; -1 with why, about the first wrong line: file, number, what to do.
 */
int config_file_split(char *text, size_t size, const char *file, config_file_check *check,
	char why[WHY]);

#endif
