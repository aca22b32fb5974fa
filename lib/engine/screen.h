/* screen - what the last lines of a pane (or a log) mean: patterns, no I/O */
#ifndef ENGINE_SCREEN_H
#define ENGINE_SCREEN_H

#include <stddef.h>

enum screen_kind {
	SCREEN_UNKNOWN,
	SCREEN_IDLE,    /* an agent at its prompt */
	SCREEN_WORKING,
	SCREEN_WAITING, /* a dialog or question that needs an answer */
	SCREEN_LIMIT,   /* usage limit */
	SCREEN_ERROR,   /* an agent's last word is an error; it is at its prompt, or gone */
	SCREEN_CRASH,   /* traceback, panic, fatal error: how a program ends */
	SCREEN_NAG,     /* asks to be upgraded, and goes on */
	SCREEN_SHELL    /* a bare shell prompt */
};

struct screen {
	enum screen_kind kind;
	char what[64];  /* one word: trust, permission, bypass-warning, login, upgrade, dialog, y/N, password, enter, retrying, ...; or "" */
	char line[256]; /* the line it rests on, clean (oneline); "" if unknown */
};

/*
 * text: n bytes as `tmux capture-pane -p` prints them, or a log's tail; only the last lines count. agent: claude, codex, opencode or pi for
 * their own interfaces; any other word, or NULL, for what all programs have in common. What is not surely one of the kinds is unknown.
 */
void screen_read(const char *text, size_t n, const char *agent, struct screen *out);

/* unknown, idle, working, waiting, limit, error, crash, nag, shell */
const char *screen_word(enum screen_kind kind);

#endif
