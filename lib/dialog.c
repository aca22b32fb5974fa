/*
 * dialog - questions of an agent's interface that its user has answered by choosing that interface
 *
 * Whoever starts claude with its permission prompts off in a directory of his has said yes to both of its questions. The key is the number that
 * stands before the accepting entry; never Enter, for what is marked may be "No, exit".
 */
#include "dialog.h"

#include <poll.h>
#include <string.h>

#include "engine.h"
#include "history.h"
#include "screen.h"
#include "typing.h"

enum { SCREEN = 65536, ENGINE_MS = 5000, ROUNDS = 4, LOOKS = 20, LOOK_MS = 100, MOMENT_MS = 500 };

static const struct known {
	const char *agent, *what, *accept;
} dialogs[] = {
	{"claude", "trust", ". Yes, I trust this folder"},
	{"claude", "bypass-warning", ". Yes, I accept"},
};

/* The dialog on the screen, with the key that accepts; NULL. */
static const struct known *
shown(const struct task *t, const struct manifest *m, char *text, char key[2])
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
		if (p && p > text && p[-1] >= '1' && p[-1] <= '9' && !strstr(p + 1, dialogs[i].accept)) {
			key[0] = p[-1];
			key[1] = '\0';
			return &dialogs[i];
		}
	}
	return NULL;
}

int
dialog_answer(const struct task *t, const struct manifest *m)
{
	char text[SCREEN], key[2], why[WHY];
	char *const keys[] = { key, NULL };
	const struct known *d = shown(t, m, text, key), *was;
	int n = 0;

	while (d && n < ROUNDS) {
		if (typing_keys(t, manifest_get(m, "engine"), keys, why))
			break;
		history_add(t->fd, "answered", (const char *const[]){ "dialog", d->what, "key", key, "entry", d->accept + 2, NULL });
		n++;
		was = d;
		for (int i = 0; d == was && i < LOOKS; i++) {
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

	if (!*words || typing_text(t, engine, words, strlen(words), why))
		return 0;
	poll(NULL, 0, MOMENT_MS);
	if (typing_keys(t, engine, enter, why))
		return 0;
	history_add(t->fd, "said", (const char *const[]){ "text", words, NULL });
	return !manifest_change(t->fd, (const char *const[]){ "say", "", NULL }, why);
}
