/* settings_file - which agent's settings a file holds, and whether they turn hooks off */
#include "agent/settings_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file/file.h"
#include "json/edit.h"

enum { OPEN, CLAUDE, CODEX };

/* 1 if dir (not "") is a directory above path. */
static int
below(const char *path, const char *dir)
{
	size_t n = dir ? strlen(dir) : 0;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	return n > 0 && !strncmp(path, dir, n) && path[n] == '/';
}

static int
has_part(const char *path, const char *part)
{
	size_t n = strlen(part);

	for (const char *p = path; (p = strstr(p, part)); p += n)
		if ((p == path || p[-1] == '/') && p[n] == '/')
			return 1;
	return 0;
}

static int
named(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	int claude = has_part(path, ".claude") || below(path, getenv("CLAUDE_CONFIG_DIR"));
	int codex = has_part(path, ".codex") || below(path, getenv("CODEX_HOME"));

	if (!strcmp(name, "settings.json") || !strcmp(name, "settings.local.json"))
		return CLAUDE;
	if (!strcmp(name, "hooks.json"))
		return claude ? CLAUDE : CODEX;
	return claude ? CLAUDE : codex ? CODEX : OPEN;
}

enum settings_kind
settings_file_kind(const char *path, int *sure)
{
	char real[PATH_MAX];
	int owner = named(path);

	if (owner == OPEN && realpath(path, real))
		owner = named(real);
	*sure = owner != OPEN;
	return owner == CODEX ? SETTINGS_CODEX : SETTINGS_CLAUDE;
}

/* disableAllHooks in path: 1 true, 0 anything else, -1 not set. */
static int
says_off(const char *path)
{
	struct cursor root, value;
	char real[PATH_MAX], *s;
	int line, r = -1;
	size_t n;

	if (!realpath(path, real) || !(s = file_load(AT_FDCWD, real, SETTINGS_MAX, &n)))
		return -1;
	if (!cursor_read(s, n, &root, &line) && *root.at == '{' &&
		edit_find(&root, "disableAllHooks", &value) == 1)
		r = value.end - value.at == 4 && !strncmp(value.at, "true", 4);
	free(s);
	return r;
}

int
settings_file_off(const char *path, char off[PATH_MAX])
{
	const char *slash = strrchr(path, '/'), *own = getenv("CLAUDE_CONFIG_DIR");
	const char *home = getenv("HOME");
	int dir = slash ? (int)(slash - path) + 1 : 0;

	for (int i = 0; i < 4; i++) {
		int n, r;

		if (i == 0)
			n = snprintf(off, PATH_MAX, "/etc/claude-code/managed-settings.json");
		else if (i == 1)
			n = snprintf(off, PATH_MAX, "%.*ssettings.local.json", dir, path);
		else if (i == 2)
			n = snprintf(off, PATH_MAX, "%s", path);
		else if (own && *own == '/')
			n = snprintf(off, PATH_MAX, "%s/settings.json", own);
		else
			n = snprintf(off, PATH_MAX, "%s/.claude/settings.json", home ? home : "");
		if (n < PATH_MAX && (r = says_off(off)) >= 0)
			return r;
	}
	return 0;
}
