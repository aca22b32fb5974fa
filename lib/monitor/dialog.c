/*
 * dialog - questions of an agent's interface that its user has answered by choosing it
 *
 * A user who starts claude with its permission prompts off, in a directory of his own, has said yes
 * to both of its questions. The key is the number before the accepting entry. Where there are no
 * numbers (from 2.1.3 on, in a directory with hooks), the cursor is moved to that entry, and Enter
 * is pressed only once the cursor is seen there: at first it is at "No, exit".
 */
#include "monitor/dialog.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/pairs.h"
#include "engine/engine.h"
#include "engine/screen.h"
#include "engine/send_keys.h"
#include "task/history.h"

enum { SCREEN = 65536, ROUNDS = 8, LOOKS = 20, KEY = 8 };
enum { ENGINE_MS = 5000, LOOK_MS = 100, MOMENT_MS = 500, SETTLE_MS = 300 };

static const struct known {
	const char *agent, *what, *accept;
} dialogs[] = {
	{"claude", "trust", "Yes, I trust this folder"},
	{"claude", "bypass-warning", "Yes, I accept"},
};

/*
 * The key that accepts, or moves the cursor on, by what stands before the entry at p; 0: neither.
 */
static int
key_for(const char *text, const char *p, char key[KEY])
{
	static const char cursor[] = "\xe2\x9d\xaf ";
	size_t n = (size_t)(p - text), k = sizeof cursor - 1;

	if (n > 2 && p[-1] == ' ' && p[-2] == '.' && p[-3] >= '1' && p[-3] <= '9')
		snprintf(key, KEY, "%c", p[-3]);
	else if (n >= k && !memcmp(p - k, cursor, k))
		snprintf(key, KEY, "Enter");
	else if (n > 1 && p[-1] == ' ' && p[-2] == ' ')
		snprintf(key, KEY, "Down");
	else
		return 0;
	return 1;
}

/* The dialog on the screen, with its key; NULL: none. */
static const struct known *
shown(const struct task *t, const struct manifest *m, char *text, char key[KEY])
{
	const char *agent = manifest_get(m, "agent"), *p;
	struct screen s;
	char why[WHY];

	if (engine_call(manifest_get(m, "engine"), "screen", t->path, NULL, text, SCREEN, ENGINE_MS,
		why))
		return NULL;
	screen_read(text, strlen(text), agent, &s);
	if (s.kind != SCREEN_WAITING)
		return NULL;
	for (size_t i = 0; i < sizeof dialogs / sizeof *dialogs; i++) {
		if (strcmp(dialogs[i].agent, agent) || strcmp(dialogs[i].what, s.what))
			continue;
		p = strstr(text, dialogs[i].accept);
		if (p && !strstr(p + 1, dialogs[i].accept) && key_for(text, p, key))
			return &dialogs[i];
	}
	return NULL;
}

static const struct known *
shown_later(const struct task *t, const struct manifest *m, char *text, char key[KEY], int ms)
{
	poll(NULL, 0, ms);
	return shown(t, m, text, key);
}

/*
 * Whether the cursor is still at the accepting entry a moment later. While it starts, claude 2.1.3
 * draws its question anew, with the cursor at "No, exit", and may lose earlier keys.
 */
static int
settled(const struct task *t, const struct manifest *m, const struct known *d, char *text,
	char key[KEY])
{
	if (strcmp(key, "Enter"))
		return 1;
	return shown_later(t, m, text, key, SETTLE_MS) == d && !strcmp(key, "Enter");
}

int
dialog_answer(const struct task *t, const struct manifest *m)
{
	char text[SCREEN], key[KEY], pressed[KEY], why[WHY];
	char *const keys[] = { key, NULL };
	const struct known *d = shown(t, m, text, key), *was;
	int n = 0;

	for (int round = 0; d && round < ROUNDS; round++) {
		if (!settled(t, m, d, text, key)) {
			d = shown(t, m, text, key);
			continue;
		}
		if (send_keys(t, manifest_get(m, "engine"), keys, why))
			break;
		history_add(t->fd, "answered",
			PAIRS("dialog", d->what, "key", key, "entry", d->accept));
		n++;
		was = d;
		memcpy(pressed, key, sizeof pressed);
		for (int i = 0; d == was && !strcmp(key, pressed) && i < LOOKS; i++)
			d = shown_later(t, m, text, key, LOOK_MS);
		/* The next dialog may take a moment to be drawn. */
		for (int i = 0; !d && i < LOOKS; i++)
			d = shown_later(t, m, text, key, LOOK_MS);
	}
	return n;
}

int
dialog_say(const struct task *t, const struct manifest *m)
{
	const char *words = manifest_get(m, "say"), *engine = manifest_get(m, "engine");
	char *const enter[] = { (char *)"Enter", NULL };
	char why[WHY];

	if (!*words || engine_send(engine, t->path, words, strlen(words), why))
		return 0;
	poll(NULL, 0, MOMENT_MS);
	if (send_keys(t, engine, enter, why))
		return 0;
	history_add(t->fd, "said", PAIRS("text", words));
	return !manifest_change(t->fd, PAIRS("say", ""), why);
}
