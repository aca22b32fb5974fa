/* send_keys - presses keys in a task's terminal */
#include "engine/send_keys.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "engine/engine.h"

enum { SEND_MS = 20000 };

int
send_keys(const struct task *t, const char *engine, char *const *keys, char why[WHY])
{
	char *args[SEND_KEYS_MAX + 2] = { (char *)"-k" };

	for (int i = 0; i < SEND_KEYS_MAX && keys[i]; i++)
		args[i + 1] = keys[i];
	return engine_call(engine, "send", t->path, args, NULL, 0, SEND_MS, why);
}

/* The length of the first character of s, 0 if it is a control or broken UTF-8. */
static size_t
character(const char *s)
{
	int n = utf8_seq(s, strlen(s));

	if (n <= 0 || *s == ' ' || *s == '\t' || *s == '\n')
		return 0;
	return utf8_plain(s, (size_t)n) ? (size_t)n : 0;
}

int
send_keys_is_key(const char *name)
{
	static const char *const words[] = {
		"Enter", "Escape", "Space", "Tab", "BTab", "BSpace", "Up", "Down", "Left", "Right",
		"Home", "End", "PageUp", "PageDown", "PgUp", "PgDn", "PPage", "NPage", "IC",
		"Insert", "DC", "Delete", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9",
		"F10", "F11", "F12"
	};
	size_t n;

	if (*name == '^' && name[1])
		return !name[2] && character(name + 1) == 1;
	while (*name && strchr("CMScms", *name) && name[1] == '-' && name[2])
		name += 2;
	n = character(name);
	if (n && !name[n])
		return 1;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcasecmp(words[i], name))
			return 1;
	return 0;
}
