/*
 * rca-send TASK [text | -K key...] - types into a task's terminal, or queues the next prompt
 *
 * A headless agent gets the text as its next prompt. Otherwise the screen is looked at before the
 * text is typed, as it could answer a dialog, and afterwards, to see that it was accepted.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/agent_file.h"
#include "base/clock.h"
#include "base/err.h"
#include "engine/engine.h"
#include "engine/input_box.h"
#include "engine/input_text.h"
#include "engine/screen.h"
#include "engine/send_keys.h"
#include "file/file.h"
#include "proc/tool.h"
#include "proc/lock.h"
#include "task/manifest.h"
#include "task/next_prompt.h"
#include "task/state.h"
#include "task/status.h"
#include "task/task.h"

enum {
	SCREEN = 65536, BOX = 8192, ENGINE_MS = 5000,
	LOOK_MS = 100,     /* between two looks */
	KNOWN_MS = 1500,   /* for a screen that is changing to become a known one */
	MOMENT_MS = 150,   /* between a text and its Enter */
	TAKEN_MS = 5000,   /* for a text to appear in the input box, and to leave it */
	TAKEN_BYTES = 10   /* with a millisecond more for each 10: pi takes seconds for 100 kB */
};

struct send {
	struct task t;
	struct manifest m;
	const char *agent, *engine;
	struct agent *words;
	int force, no_enter;
	char screen[SCREEN];
};

static const char help[] =
	"usage: rca-send [-fhnV] task [text ... | -K key ...]\n"
	"\n"
	"Type into a task, or give it its next prompt.\n"
	"\n"
	"  -f                type, whatever the screen shows\n"
	"  -n                no Enter after the text: it stays in the input box\n"
	"  -K key ...        press keys with tmux's names, such as Escape or C-c\n";

/* rca-wrap finds the prompt when the agent's turn ends, or when it resumes. */
static void
queue(struct send *s, const char *text, size_t n)
{
	int lock = manifest_lock(s->t.fd), r;
	struct state st;
	char why[WHY];

	if (lock < 0)
		err_die(EX_SYSTEM, "%s: lock manifest:", s->t.name);
	if ((r = state_read(&s->t, &st, &s->m, why)))
		err_die(r, "%s: %s", s->t.name, why);
	if (st.done || st.stop || status_terminal(st.status))
		err_die(EX_NO, "%s: has ended (%s): rca-launch -r -p gives it the next prompt",
			s->t.name, manifest_get(&s->m, "status"));
	if (st.given_up)
		err_die(EX_NO, "%s: was given up (%s): rca-launch -r -p gives it the next prompt",
			s->t.name, manifest_get(&s->m, "abandon_reason"));
	if ((r = next_prompt_add(s->t.fd, text, n, why)))
		err_die(r, "%s: %s", s->t.name, why);
	close(lock);
}

static void
look(struct send *s, struct screen *out)
{
	char why[WHY];
	int r = engine_call(s->engine, "screen", s->t.path, NULL, s->screen, sizeof s->screen,
		ENGINE_MS, why);

	if (r)
		err_die(r < 0 ? EX_SYSTEM : EX_NO, "%s: no terminal to type into%s%s", s->t.name,
			*why ? ": " : "", why);
	screen_read(s->screen, strlen(s->screen), s->agent, out);
}

static int
read_box(const struct send *s, char box[BOX])
{
	return input_box_read(s->screen, strlen(s->screen), s->agent, box, BOX);
}

static int
has_screens(const char *agent)
{
	return !strcmp(agent, "claude") || !strcmp(agent, "codex") ||
		!strcmp(agent, "opencode") || !strcmp(agent, "pi");
}

/*
 * Why not to type now, or NULL. Keys may interrupt a working agent. A command may be a shell, and
 * its question may be just what the caller wants to answer.
 */
static const char *
obstacle(const struct send *s, const struct screen *c, int keys)
{
	int command = !strcmp(s->agent, "command");

	switch (c->kind) {
	case SCREEN_WAITING: return command ? NULL : "it asks";
	case SCREEN_LIMIT: return "it has met a usage limit";
	case SCREEN_WORKING: return keys ? NULL : "it is at work";
	case SCREEN_SHELL: return command ? NULL : "a bare shell";
	case SCREEN_CRASH: return command ? NULL : "it has crashed";
	case SCREEN_UNKNOWN: return has_screens(s->agent) && !keys ? "screen not recognised" : NULL;
	default: return NULL;
	}
}

static void
look_before(struct send *s, int keys)
{
	long long end = clock_ms() + KNOWN_MS;
	struct screen c;
	const char *what;

	if (*manifest_get(&s->m, "adopted")) {
		if (file_there(s->t.fd, "done") == 1)
			err_die(EX_NO, "%s: its session is gone", s->t.name);
	} else if (!s->force && /* after done the wrapper may hold the lock for a moment */
		(file_there(s->t.fd, "done") == 1 || lock_held(s->t.fd, "lock") == 0))
		err_die(EX_NO, "%s: nothing is running (%s): rca-launch starts it, "
			"rca-launch -r carries it on", s->t.name, manifest_get(&s->m, "status"));
	for (;;) {
		look(s, &c);
		what = s->force ? NULL : obstacle(s, &c, keys);
		if (!what || c.kind != SCREEN_UNKNOWN || clock_ms() >= end)
			break;
		poll(NULL, 0, LOOK_MS);
	}
	if (what)
		err_die(EX_NO, "%s: not typed, %s%s%s (-f types anyway)", s->t.name, what,
			c.line[0] ? ": " : "", c.line);
}

static void
press(struct send *s, char *const *keys)
{
	char why[WHY];
	int r = send_keys(&s->t, s->engine, keys, why);

	if (r)
		err_die(r < 0 ? EX_SYSTEM : r, "%s: %s", s->t.name,
			*why ? why : "the keys were not accepted");
}

/*
 * Waits until the input box differs from before, or (typed not NULL) until typed has left it; box
 * gets its content. 1; 0 not within ms; -1 no box that is known.
 */
static int
wait_box(struct send *s, const char *before, const char *typed, char box[BOX], long ms)
{
	long long end = clock_ms() + ms;
	struct screen c;

	do {
		poll(NULL, 0, LOOK_MS);
		look(s, &c);
		if (!read_box(s, box))
			return -1;
		if (typed ? !input_box_stands(before, typed, box) : strcmp(box, before) != 0)
			return 1;
	} while (clock_ms() < end);
	return 0;
}

static void
type(struct send *s, char *text, size_t n)
{
	char before[BOX], typed[BOX], after[BOX], why[WHY];
	char *const enter[] = { (char *)"Enter", NULL };
	long wait_ms = TAKEN_MS + (long)(n / TAKEN_BYTES);
	int known = read_box(s, before), r;

	if (!s->no_enter && input_text_fit(agent_get(s->words, "blank_after"), text, &n, why))
		err_die(EX_CALLER, "%s: %s", s->agent, why);
	if ((r = engine_send(s->engine, s->t.path, text, n, why)))
		err_die(r < 0 ? EX_SYSTEM : r, "%s: %s", s->t.name,
			*why ? why : "the text was not accepted");
	if (known && (r = wait_box(s, before, NULL, typed, wait_ms)) == 0 && !s->force)
		err_die(EX_NO, "%s: the text did not appear in its input box%s", s->t.name,
			s->no_enter ? "" : ", so Enter was not pressed");
	if (s->no_enter)
		return;
	known = known && r == 1;
	poll(NULL, 0, MOMENT_MS);
	/* A long paste may still be coming: Enter has to change what is in the box now. */
	if (known)
		known = wait_box(s, "", NULL, typed, 0) == 1;
	press(s, enter);
	if (known && wait_box(s, before, typed, after, wait_ms) == 0)
		err_die(EX_NO, "%s: the text is still in its input box", s->t.name);
}

static void
check_keys(char *const *keys)
{
	int n = 0;

	for (; keys[n]; n++)
		if (!send_keys_is_key(keys[n]))
			err_die(EX_CALLER, "-K %s: not the name of a key", keys[n]);
	if (!n || n > SEND_KEYS_MAX)
		err_die(EX_CALLER, "-K: 1 to %d keys", SEND_KEYS_MAX);
}

int
main(int argc, char **argv)
{
	static struct send s;
	char why[WHY], *text = NULL;
	size_t n = 0;
	int c, keys;

	tool_begin(INHERIT_ACTS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_TEXT)) != -1)
		switch (c) {
		case 'f': s.force = 1; break;
		case 'n': s.no_enter = 1; break;
		case 'K': tool_usage(); /* it follows the task */
		}
	if (optind >= argc)
		tool_usage();
	argv += optind + 1;
	task_open_or_die(&s.t, argv[-1]);
	keys = *argv && !strcmp(*argv, "-K");
	if (keys && s.no_enter)
		err_die(EX_CALLER, "-n: only a text is followed by Enter, keys are not");
	if (keys) {
		check_keys(++argv);
	} else {
		if (!(text = input_text_read(argv, &n, why)))
			err_die(errno == EFBIG ? EX_CALLER : EX_SYSTEM, "%s", why);
		if (input_text_check(text, n, why))
			err_die(EX_CALLER, "%s", why);
	}
	if (manifest_read(s.t.fd, &s.m, why))
		err_die(manifest_code(), "%s: %s", s.t.name, why);
	s.agent = manifest_get(&s.m, "agent");
	s.engine = manifest_get(&s.m, "engine");
	if (!(s.words = agent_file_load(s.agent, why)))
		err_die(EX_CALLER, "%s: %s", s.t.name, why);
	if (agent_read(s.words) == READ_PIPE && !*manifest_get(&s.m, "interactive")) {
		if (keys)
			err_die(EX_CALLER, "%s: -K: its agent has no terminal", s.t.name);
		if (s.no_enter)
			err_die(EX_CALLER, "%s: -n: its agent has no input box; without -n "
				"the text is its next prompt", s.t.name);
		queue(&s, text, n);
		return EX_YES;
	}
	if (lock_mutex(s.t.fd, "send.lock") < 0)
		err_die(EX_SYSTEM, "%s: lock send.lock:", s.t.name);
	look_before(&s, keys);
	if (keys)
		press(&s, argv);
	else
		type(&s, text, n);
	return EX_YES;
}
