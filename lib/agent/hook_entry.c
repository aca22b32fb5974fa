/* hook_entry - our hook in a settings file: its text, and how it is recognised */
#include "agent/hook_entry.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "json/edit.h"
#include "json/quote.h"

enum { COMMAND = ENTRY_TEXT / 2 };

/* The command as a JSON string; for a shell it is one word. -1 if it does not fit. */
static int
quote(const char *path, int shell, char buf[COMMAND])
{
	char word[COMMAND];
	struct buf b = { word, sizeof word, 0, 0 };

	if (shell && buf_word(&b, path))
		return -1;
	return quote_string(shell ? word : path, buf, COMMAND) < 0 ? -1 : 0;
}

int
hook_entry_text(enum settings_kind kind, const char *path, char buf[ENTRY_TEXT], char why[WHY])
{
	char command[COMMAND];

	if (quote(path, kind == SETTINGS_CODEX, command))
		return err_why(why, "its path is too long");
	snprintf(buf, ENTRY_TEXT,
		"{ \"type\": \"command\", \"command\": %s%s, \"timeout\": 10 }", command,
		kind == SETTINGS_CLAUDE ? ", \"args\": []" : "");
	return 0;
}

/* 1 if s names rca-hook and nothing else. Without an args member a shell reads s. */
static int
names_us(char *s, int args)
{
	size_t n = strlen(s);
	const char *slash;

	if (!args && n > 2 && (*s == '\'' || *s == '"') && s[n - 1] == *s) {
		s[n - 1] = '\0';
		s++;
	} else if (!args && strpbrk(s, " \t\n;&|<>()$`\\\"'*?[#~=%!{}")) {
		return 0;
	}
	slash = strrchr(s, '/');
	return !strcmp(slash ? slash + 1 : s, "rca-hook");
}

int
hook_entry_ours(const struct cursor *h)
{
	struct cursor command, args;
	char buf[COMMAND];

	if (*h->at != '{' || edit_find(h, "command", &command) != 1 || *command.at != '"')
		return 0;
	if (cursor_decode(command.at, command.end, buf, sizeof buf) < 0)
		return 0;
	return names_us(buf, edit_find(h, "args", &args) == 1);
}
