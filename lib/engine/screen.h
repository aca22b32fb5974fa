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
	SCREEN_ERROR,   /* the agent's last message is an error */
	SCREEN_CRASH,   /* traceback, panic, fatal error: a program's last lines */
	SCREEN_NAG,     /* an offer to upgrade; the program goes on */
	SCREEN_SHELL    /* a bare shell prompt */
};

struct screen {
	enum screen_kind kind;
	char what[64];  /* trust, permission, login, upgrade, dialog, y/N, password, ...; or "" */
	char line[256]; /* the line that decided, clean (oneline); "" if unknown */
};

/*
 * text: n bytes as `tmux capture-pane -p` prints them, or a log's tail; only the last lines count.
 * agent: claude, codex, opencode or pi for their own interfaces; any other word, or NULL, for the
 * patterns that all programs have in common. In doubt the kind is unknown.
 */
void screen_read(const char *text, size_t n, const char *agent, struct screen *out);

/* unknown, idle, working, waiting, limit, error, crash, nag, shell */
const char *screen_word(enum screen_kind kind);

#endif
