/* tree_files - files of this tree for unit tests, run from its top or from their own folder */
#ifndef TREE_FILES_H
#define TREE_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/stream_rules.h"

/* The whole file, NUL-terminated; ends the test if it is not there. free it. */
static char *
tree_file(const char *path, size_t *n)
{
	static const char *const tops[] = {"", "../", "../../"};
	size_t room = 0;
	char name[512], *s = NULL;
	FILE *f = NULL;

	for (size_t i = 0; i < sizeof tops / sizeof tops[0] && !f; i++) {
		snprintf(name, sizeof name, "%s%s", tops[i], path);
		f = fopen(name, "r");
	}
	if (!f) {
		printf("%s: not there\n", path);
		exit(1);
	}
	*n = 0;
	do {
		room = room * 2 + 4096;
		s = realloc(s, room + 1);
		if (!s)
			exit(1);
		*n += fread(s + *n, 1, room - *n, f);
	} while (*n == room);
	fclose(f);
	s[*n] = '\0';
	return s;
}

/* An agent that comes with rca; ends the test if it does not parse. */
static struct agent *
tree_agent(const char *name)
{
	char path[128], why[WHY];
	struct agent *a;
	size_t n;
	char *s;

	snprintf(path, sizeof path, "lib/plugins/agents/%s", name);
	s = tree_file(path, &n);
	a = stream_rules_parse(path, s, n, why);
	if (!a) {
		printf("%s\n", why);
		exit(1);
	}
	free(s);
	return a;
}

#endif
