/*
 * screen - what the last lines of a pane mean
 *
 * A conversation may hold any words, so a pattern counts only where that program draws it: a
 * dialog at its foot, the state around the input box, the last message behind its mark. The first
 * match wins. The words are those of the versions named in t/data/screens.
 */
#include "engine/screen.h"

#include <stdio.h>
#include <string.h>

#include "engine/screen_common.h"
#include "text/last_lines.h"
#include "text/strip.h"

enum {
	FOOT = 2,    /* lines of a status line, or of a dialog's foot */
	DIALOG = 30, /* lines of a dialog, at most */
	BOX = 12     /* lines of an input box, at most */
};

/* Matches if foot is in the last lines and word in the last depth ones; NULL matches always. */
struct pattern {
	const char *agent, *foot, *word;
	int depth;
	enum screen_kind kind;
	const char *what;
};

static const struct pattern patterns[] = {
	{"claude", "esc to interrupt", NULL, 0, SCREEN_WORKING, ""},
	{"claude", "Esc to cancel", "I trust this folder", DIALOG, SCREEN_WAITING, "trust"},
	{"claude", "Esc to cancel", "Bypass Permissions mode", DIALOG, SCREEN_WAITING,
		"bypass-warning"},
	{"claude", "Esc to cancel", "Stop and wait for limit to reset", DIALOG, SCREEN_LIMIT,
		"usage"},
	{"claude", "Esc to cancel", "Do you want to ", DIALOG, SCREEN_WAITING, "permission"},
	{"claude", "Esc to cancel", "Would you like to ", DIALOG, SCREEN_WAITING, "permission"},
	{"claude", "Esc to cancel", NULL, 0, SCREEN_WAITING, "dialog"},

	{"codex", "enter continue", "Trust and continue", DIALOG, SCREEN_WAITING, "trust"},
	{"codex", "esc to cancel", "Would you like to ", DIALOG, SCREEN_WAITING, "permission"},
	{"codex", "esc to cancel", NULL, 0, SCREEN_WAITING, "dialog"},
	{"codex", "enter to continue", "Update now", DIALOG, SCREEN_WAITING, "upgrade"},
	{"codex", NULL, "Reconnecting... ", 8, SCREEN_WORKING, "retrying"},
	{"codex", NULL, "esc to interrupt)", 8, SCREEN_WORKING, ""},

	{"opencode", "esc interrupt", NULL, 0, SCREEN_WORKING, ""},
	{"opencode", "enter confirm", "△ Permission required", DIALOG, SCREEN_WAITING,
		"permission"},
	{"opencode", "enter confirm", NULL, 0, SCREEN_WAITING, "dialog"},
	{"opencode", "ctrl+p commands", NULL, 0, SCREEN_IDLE, ""},
};

static int
found(const struct last_lines *v, int i, enum screen_kind kind, const char *what,
	struct screen *out)
{
	out->kind = kind;
	snprintf(out->what, sizeof out->what, "%s", what);
	oneline(out->line, sizeof out->line, v->line[i].s, v->line[i].n);
	return 1;
}

/* The same if line i begins with start and has word in it. */
static int
line_is(const struct last_lines *v, int i, const char *start, const char *word,
	enum screen_kind kind, const char *what, struct screen *out)
{
	return last_lines_starts(v, i, start) && (!*word || last_lines_has(v, i, word)) &&
		found(v, i, kind, what, out);
}

static int
match(const struct last_lines *v, const char *agent, struct screen *out)
{
	for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++) {
		const struct pattern *p = &patterns[k];
		int foot = p->foot ? last_lines_find(v, FOOT, p->foot) : 0;
		int i = p->word ? last_lines_find(v, p->depth, p->word) : foot;

		if (foot >= 0 && i >= 0 && !strcmp(p->agent, agent))
			return found(v, i, p->kind, p->what, out);
	}
	return 0;
}

/* The upper edge of an input box between two rules near the bottom, or -1. */
static int
box_top(const struct last_lines *v)
{
	int low = last_lines_find_start(v, 5, "────");

	for (int i = low + 1; low >= 0 && i <= low + BOX && i < v->count; i++)
		if (last_lines_starts(v, i, "────"))
			return i;
	return -1;
}

static int
claude(const struct last_lines *v, struct screen *out)
{
	int top = box_top(v), i;

	if (top >= 0 && last_lines_starts(v, top - 1, "❯")) {
		if (last_lines_has(v, top + 1, "… (")) /* the foot may be cut off */
			return found(v, top + 1, SCREEN_WORKING, "", out);
		for (i = top + 1; i < v->count; i++) {
			int said = last_lines_starts(v, i, "⎿") || last_lines_starts(v, i, "●");

			if (last_lines_has(v, i, "limit") &&
				line_is(v, i, "⎿", "hit your", SCREEN_LIMIT, "usage", out))
				return 1;
			if (said && line_is(v, i, "", "API Error", SCREEN_ERROR, "api", out))
				return 1;
			if (said || last_lines_starts(v, i, "❯"))
				break;
		}
		return found(v, top - 1, SCREEN_IDLE, "", out);
	}
	if ((i = last_lines_find(v, 4, "Select login method")) >= 0 ||
		(i = last_lines_find(v, 4, "Paste code here")) >= 0)
		return found(v, i, SCREEN_WAITING, "login", out);
	if ((i = last_lines_find_start(v, 12, "Unable to connect to Anthropic services")) >= 0)
		return found(v, i, SCREEN_ERROR, "offline", out);
	return 0;
}

/* While text streams in, only the missing "Worked for" at the end tells that the turn goes on. */
static int
codex(const struct last_lines *v, struct screen *out)
{
	int prompt = last_lines_find_start(v, 4, "›"), i;

	if (prompt < 0)
		return 0;
	for (i = prompt + 1; i < v->count; i++) {
		if (line_is(v, i, "■", "hit your usage limit", SCREEN_LIMIT, "usage", out) ||
			line_is(v, i, "", "Worked for ", SCREEN_IDLE, "", out) ||
			line_is(v, i, "", "Conversation interrupted", SCREEN_IDLE, "", out) ||
			line_is(v, i, "■", "", SCREEN_ERROR, "api", out))
			return 1;
		if (last_lines_starts(v, i, "›") || last_lines_starts(v, i, "•") ||
			last_lines_starts(v, i, "✔"))
			return 0;
		if (last_lines_starts(v, i, ">_ OpenAI Codex"))
			return found(v, prompt, SCREEN_IDLE, "", out);
	}
	return 0;
}

static int
pi(const struct last_lines *v, struct screen *out)
{
	int top = box_top(v), i;

	if (!last_lines_has(v, 0, "%/"))
		return 0;
	/* From 1.x on it says so in the line above its box. */
	for (i = 1; i <= BOX + 1; i++)
		if (line_is(v, i, "── ", " Working ", SCREEN_WORKING, "", out) ||
			line_is(v, i, "── ", " Retrying ", SCREEN_WORKING, "retrying", out))
			return 1;
	if (top < 0 || top > BOX)
		return 0;
	for (i = top + 1; i <= top + 2; i++)
		if (line_is(v, i, "", "Working...", SCREEN_WORKING, "", out) ||
			line_is(v, i, "", "Retrying (", SCREEN_WORKING, "retrying", out))
			return 1;
	return line_is(v, top + 1, "Error: ", "", SCREEN_ERROR, "api", out) ||
		found(v, 0, SCREEN_IDLE, "", out);
}

void
screen_read(const char *text, size_t n, const char *agent, struct screen *out)
{
	struct last_lines v;
	const char *what;
	int i;

	out->kind = SCREEN_UNKNOWN;
	out->what[0] = out->line[0] = '\0';
	last_lines_open(&v, text, n);
	if (agent && (match(&v, agent, out) || (!strcmp(agent, "claude") && claude(&v, out)) ||
			(!strcmp(agent, "codex") && codex(&v, out)) ||
			(!strcmp(agent, "pi") && pi(&v, out))))
		return;
	if ((i = screen_common_question(&v, &what)) >= 0)
		found(&v, i, SCREEN_WAITING, what, out);
	else if ((i = screen_common_crash(&v, &what)) >= 0)
		found(&v, i, SCREEN_CRASH, what, out);
	else if (screen_common_shell(&v))
		found(&v, 0, SCREEN_SHELL, "", out);
	else if ((i = screen_common_nag(&v)) >= 0)
		found(&v, i, SCREEN_NAG, "", out);
}

const char *
screen_word(enum screen_kind kind)
{
	static const char *const words[] = {
		"unknown", "idle", "working", "waiting", "limit", "error", "crash", "nag", "shell"
	};

	return words[kind];
}
