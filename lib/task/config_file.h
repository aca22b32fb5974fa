/* config_file - the lines of the user's config: what is wrong with one is said with its number */
#ifndef TASK_CONFIG_FILE_H
#define TASK_CONFIG_FILE_H

#include <stddef.h>

#include "base/err.h"

/* 0 if there is such a key, and it may have that value; -1 with why. */
typedef int conf_file_check(const char *key, const char *val, char why[WHY]);

/*
 * Turns the text of size bytes, with a NUL behind it, into strings one after the other, a line
 * each; blank lines, comments and lines that are wrong become empty ones. 0; -1 with why, which is
 * about the first that is wrong: its file, line and what to write.
 */
int config_file_split(char *text, size_t size, const char *file, conf_file_check *check,
	char why[WHY]);

#endif
