/*
 * dialog - questions of an agent's interface that its user has answered by choosing that interface
 *
 * Whoever starts claude with its permission prompts off in a directory of his has said yes to both of its questions. The key is the number that
 * stands before the accepting entry. Where there are no numbers (from 2.1.3 on, in a directory with hooks) the mark is moved there, and Enter is
 * pressed only once it is seen to stand there: at first it is at "No, exit".
 */
#include "monitor/dialog.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "engine/screen.h"
#include "engine/send_keys.h"
#include "task/history.h"

enum { SCREEN = 65536, ENGINE_MS = 5000, ROUNDS = 8, LOOKS = 20, LOOK_MS = 100, MOMENT_MS = 500, SETTLE_MS = 300, KEY = 8 };

static const struct known {
	const char *agent, *what, *accept;
} dialogs[] = {
	{"claude", "trust", "Yes, I trust this folder"},
	{"claude", "bypass-warning", "Yes, I accept"},
};

/* The key that accepts, or leads there, by what stands before the entry at p; 0 if that is none of an entry's. */
static int
key_for(const char *text, const char *p, char key[KEY])
{
	static const char mark[] = "\xe2\x9d\xaf "; /* the mark and a blank */
	size_t n = (size_t)(p - text);

	if (n > 2 && p[-1] == ' ' && p[-2] == '.' && p[-3] >= '1' && p[-3] <= '9')
		snprintf(key, KEY, "%c", p[-3]);
	else if (n >= sizeof mark - 1 && !memcmp(p - (sizeof mark - 1), mark, sizeof mark - 1))
		snprintf(key, KEY, "Enter");
	else if (n > 1 && p[-1] == ' ' && p[-2] == ' ')
		snprintf(key, KEY, "Down");
	else
		return 0;
	return 1;
}

/* The dialog on the screen, with the key that accepts; NULL. */
static const struct known *
shown(const struct task *t, const struct manifest *m, char *text, char key[KEY])
{
	const char *agent = manifest_get(m, "agent"), *p;
	struct screen s;
	char why[WHY];

	if (engine_call(manifest_get(m, "engine"), "screen", t->path, NULL, text, SCREEN, ENGINE_MS, why))
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

/*
 * Whether the mark still stands at the accepting entry a moment later. While it starts, claude 2.1.3 draws its
 * question anew, at "No, exit", and may have lost the keys that came before.
 */
static int
settled(const struct task *t, const struct manifest *m, const struct known *d, char *text, char key[KEY])
{
	if (strcmp(key, "Enter"))
		return 1;
	poll(NULL, 0, SETTLE_MS);
	return shown(t, m, text, key) == d && !strcmp(key, "Enter");
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
		history_add(t->fd, "answered", (const char *const[]){ "dialog", d->what, "key", key, "entry", d->accept, NULL });
		n++;
		was = d;
		memcpy(pressed, key, sizeof pressed);
		for (int i = 0; d == was && !strcmp(key, pressed) && i < LOOKS; i++) {
			poll(NULL, 0, LOOK_MS);
			d = shown(t, m, text, key);
		}
		/* The next one may take a moment to be drawn. */
		for (int i = 0; !d && i < LOOKS; i++) {
			poll(NULL, 0, LOOK_MS);
			d = shown(t, m, text, key);
		}
	}
	return n;
}

int
dialog_say(const struct task *t, const struct manifest *m)
{
	const char *words = manifest_get(m, "say"), *engine = manifest_get(m, "engine");
	char *const enter[] = { (char *)"Enter", NULL };
	char why[WHY];

	if (!*words || send_keys_text(t, engine, words, strlen(words), why))
		return 0;
	poll(NULL, 0, MOMENT_MS);
	if (send_keys(t, engine, enter, why))
		return 0;
	history_add(t->fd, "said", (const char *const[]){ "text", words, NULL });
	return !manifest_change(t->fd, (const char *const[]){ "say", "", NULL }, why);
}
