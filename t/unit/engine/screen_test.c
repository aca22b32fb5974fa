/* screen_test - what recorded screens of agents and the last lines of other programs mean */
#include "engine/screen.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed;

static const struct {
	const char *file; /* its name up to the first '-' is the agent */
	enum screen_kind kind;
	const char *what, *line;
} panes[] = {
	{"claude-api-error-final", SCREEN_ERROR, "api", "● API Error: 529 Overloaded."},
	{"claude-bypass-warning", SCREEN_WAITING, "bypass-warning", ""},
	{"claude-finished", SCREEN_IDLE, "", "❯"},
	{"claude-firstrun-offline", SCREEN_ERROR, "offline", "Unable to connect"},
	{"claude-idle", SCREEN_IDLE, "", "❯"},
	{"claude-permission", SCREEN_WAITING, "permission", "Do you want to proceed?"},
	{"claude-trust", SCREEN_WAITING, "trust", "❯ 1. Yes, I trust this folder"},
	{"claude-usage-limit", SCREEN_LIMIT, "usage", ""},
	{"claude-working", SCREEN_WORKING, "", "esc to interrupt"},
	{"codex-api-error-final", SCREEN_ERROR, "api", "■ unexpected status 401"},
	{"codex-api-retry", SCREEN_WORKING, "retrying", "• Reconnecting... 5/5"},
	{"codex-finished", SCREEN_IDLE, "", "Worked for 1m 0s"},
	{"codex-idle", SCREEN_IDLE, "", "› Ask Codex"},
	{"codex-permission", SCREEN_WAITING, "permission",
		"Would you like to run the following command?"},
	{"codex-trust", SCREEN_WAITING, "trust", "› 1. Trust and continue"},
	{"codex-usage-limit", SCREEN_LIMIT, "usage", "■ You’ve hit your usage limit."},
	{"codex-working", SCREEN_WORKING, "", "• Working (4s"},
	{"opencode-finished", SCREEN_IDLE, "", ""},
	{"opencode-permission", SCREEN_WAITING, "permission", "△ Permission required"},
	{"opencode-working", SCREEN_WORKING, "", "⬝⬝⬝■■■■■  esc interrupt"},
	{"pi-finished", SCREEN_IDLE, "", ""},
	{"pi-idle", SCREEN_IDLE, "", ""},
};

#define RULE "────────────────────\n"
#define CLAUDE_BOX RULE "❯ \n" RULE "  ? for shortcuts\n"
#define CODEX_FOOT "\n› Ask Codex to do anything\n\n  stub-model default\n  ? for shortcuts\n"
#define PI_BOX RULE "\n" RULE "/tmp/p (master)\n↑200 ↓40 0.1%/100k (auto)     stub-model\n"

static const struct {
	const char *agent, *text;
	enum screen_kind kind;
	const char *what;
} texts[] = {
	/* Questions at the end */
	{"command", "Need to get 4 kB.\nDo you want to continue? [Y/n] ", SCREEN_WAITING, "y/N"},
	{"command", "Overwrite? (y/N)\n\n\n\n", SCREEN_WAITING, "y/N"},
	{"command", "Apply this hunk [y,n,q,a,d,?]? ", SCREEN_WAITING, "y/N"},
	{"command", "rm: remove regular file 'x'? (y/n):", SCREEN_WAITING, "y/N"},
	{"command", "rm: remove write-protected regular file 'x'? ", SCREEN_WAITING, "y/N"},
	{"command", "cp: overwrite './a b'? ", SCREEN_WAITING, "y/N"},
	{"command", "Proceed ([y]/n)? ", SCREEN_WAITING, "y/N"},
	{"command", "Really? y/n", SCREEN_WAITING, "y/N"},
	{"command", "Need to install the following packages:\n  x@1.0.0\nOk to proceed? (y) ",
		SCREEN_WAITING, "y/N"},
	{"command",
		"ED25519 key fingerprint is SHA256:x.\n"
		"Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
		SCREEN_WAITING, "y/N"},
	{"command", "Are you sure (yes/no)?", SCREEN_WAITING, "y/N"},
	{"command", "Save changes? (Y)es, (N)o, (C)ancel", SCREEN_WAITING, "y/N"},
	{"command", "[Y] Yes  [N] No  [?] Help (default is \"Y\"): ", SCREEN_WAITING, "y/N"},
	{"command", "Proceed? [y/N]\n> ", SCREEN_WAITING, "y/N"},
	{"command", "Proceed? [y/N]\n(default: no)\n❯ \n", SCREEN_WAITING, "y/N"},
	{"command", "This cannot be undone. Are you sure?", SCREEN_WAITING, "y/N"},
	{"command", "[sudo] password for joe: ", SCREEN_WAITING, "password"},
	{"command", "Password:", SCREEN_WAITING, "password"},
	{"command", "Enter passphrase for key '/home/joe/.ssh/id_ed25519': ", SCREEN_WAITING,
		"password"},
	{"command", "Username for 'https://git.example.org': ", SCREEN_WAITING, "password"},
	{"command", "Press ENTER to continue", SCREEN_WAITING, "enter"},
	{"command", "Press any key to continue . . .", SCREEN_WAITING, "enter"},
	{"command", "  Only 'yes' will be accepted to approve.\n\n  Enter a value: ",
		SCREEN_WAITING, "answer"},
	{"command",
		"? Select a framework: › - Use arrow-keys. Return to submit.\n❯   Vanilla\n"
		"    Vue\n    React\n    Other\n    More\n", SCREEN_WAITING, "select"},
	{"command", "◆  Pick a type.\n│  ● TypeScript\n│  ○ JavaScript\n└\n",
		SCREEN_WAITING, "select"},
	{"command", "+more\nlines 1-20/20 (END)", SCREEN_WAITING, "pager"},
	{NULL, "Continue? [y/N] ", SCREEN_WAITING, "y/N"},
	{"gemini", "Continue? [y/N] ", SCREEN_WAITING, "y/N"},
	{"claude", "Continue? [y/N] ", SCREEN_WAITING, "y/N"},
	/* Words about questions, answered questions, lines after a question */
	{"command", "Do you want to continue? [Y/n] y\nReading package lists... Done\n",
		SCREEN_UNKNOWN, ""},
	{"command", "Do you want to continue? [Y/n] \nReading package lists... Done\n",
		SCREEN_UNKNOWN, ""},
	{"command", "Overwrite? (y/N)\none\ntwo\n", SCREEN_UNKNOWN, ""},
	{"command", "the (y/N) shape is described in [y/n] tables\n", SCREEN_UNKNOWN, ""},
	{"command", "Password:\nlogged in\n", SCREEN_UNKNOWN, ""},
	{"command", "checking the password: fine\n", SCREEN_UNKNOWN, ""},
	{"command", "Press ENTER to continue\n\nstarting\n", SCREEN_UNKNOWN, ""},
	{"command", "✔ Select a framework: › Vanilla\n✔ done\n", SCREEN_UNKNOWN, ""},
	{"command", "? Use arrow-keys\nlistening\n", SCREEN_UNKNOWN, ""},
	{"command", "what does one remove with 'rm'?", SCREEN_UNKNOWN, ""},
	{"command", "copied (yes, it is so)\n", SCREEN_UNKNOWN, ""},
	{"command", "", SCREEN_UNKNOWN, ""},
	{"command", "\n  \n\n", SCREEN_UNKNOWN, ""},
	{"command", "listening on port 80\n", SCREEN_UNKNOWN, ""},
	/* Crashes at the end, and long before it */
	{"command",
		"Traceback (most recent call last):\n  File \"x\", line 1, in <module>\n    f()\n"
		"ValueError: no\n", SCREEN_CRASH, "traceback"},
	{"command",
		"panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/tmp/x.go:4 +0x1d\n"
		"exit status 2\n", SCREEN_CRASH, "panic"},
	{"command",
		"thread 'main' panicked at src/main.rs:2:5:\nno\n"
		"note: run with `RUST_BACKTRACE=1`\n", SCREEN_CRASH, "panic"},
	{"command", "Segmentation fault (core dumped)\n", SCREEN_CRASH, "signal"},
	{"command", "./x: line 1: 77 Segmentation fault      ./y\n", SCREEN_CRASH, "signal"},
	{"command", "Killed\n", SCREEN_CRASH, "signal"},
	{"command",
		"Error: no\n    at main (/tmp/x.js:1:7)\n    at node:internal/main:1\n\n"
		"Node.js v20.1.0\n", SCREEN_CRASH, "fatal"},
	{"command", "Exception in thread \"main\" java.lang.Error\n\tat X.main(X.java:1)\n",
		SCREEN_CRASH, "traceback"},
	{"command",
		"x.c:1:10: fatal error: y.h: No such file or directory\ncompilation terminated.\n",
		SCREEN_CRASH, "fatal"},
	{"command", "fatal: not a git repository\n$ ", SCREEN_CRASH, "fatal"},
	{"command",
		"Traceback (most recent call last):\n  f()\nValueError: no\nrequest 1\nrequest 2\n"
		"request 3\nrequest 4\n", SCREEN_UNKNOWN, ""},
	{"command", "Killed 3 processes\n", SCREEN_UNKNOWN, ""},
	/* Shells */
	{"command", "joe@host:~/dir$ ", SCREEN_SHELL, ""},
	{"command", "[joe@host dir]$ ", SCREEN_SHELL, ""},
	{"claude", "done\nsh-5.2# ", SCREEN_SHELL, ""},
	{"command", "joe@host dir % ", SCREEN_SHELL, ""},
	{"command", "$ \nPane is dead (status 1, Sat Jan 31 12:00:00 2026)", SCREEN_SHELL, ""},
	{"command", " 100%", SCREEN_UNKNOWN, ""},
	{"command", "written in C#\n", SCREEN_UNKNOWN, ""},
	{"command", "C#\n", SCREEN_UNKNOWN, ""},
	{"command", "##########\n", SCREEN_UNKNOWN, ""},
	/* Nags */
	{"command",
		"npm notice\nnpm notice New major version of npm available! 10.0.0 -> 11.0.0\n"
		"npm notice\n", SCREEN_NAG, ""},
	{"command", "A new version of pip is available\nContinue? [y/N] ", SCREEN_WAITING, "y/N"},
	/* The agents' own screens, where words mislead */
	{"claude", "● Do you want to proceed? (y/N)\n  Esc to cancel\n  esc to interrupt\n\n"
		CLAUDE_BOX, SCREEN_IDLE, ""},
	{"claude", "● The log says: API Error\n● All fine now.\n" CLAUDE_BOX, SCREEN_IDLE, ""},
	{"claude", "❯ go on\n  ⎿  You've hit your session limit · resets 3am (UTC)\n"
		CLAUDE_BOX, SCREEN_LIMIT, "usage"},
	{"claude", "● x\n✻ Baking… (3s · ↓ 25 tokens)\n" CLAUDE_BOX, SCREEN_WORKING, ""},
	{"claude", RULE "❯ first line\n  second line\n  third line\n" RULE "  ? for shortcuts\n",
		SCREEN_IDLE, ""},
	{"claude",
		"What colour?\n❯ 1. Red\n  2. Blue\n"
		"Enter to select · ↑/↓ to navigate · Esc to cancel\n", SCREEN_WAITING,
		"dialog"},
	{"claude", " Select login method:\n ❯ 1. Account\n   2. API\n", SCREEN_WAITING, "login"},
	{"codex", "  >_ OpenAI Codex (v1)\n› do it\n• The answer streams in" CODEX_FOOT,
		SCREEN_UNKNOWN, ""},
	{"codex", "› do it\n■ Conversation interrupted - tell the model what to do\n"
		CODEX_FOOT, SCREEN_IDLE, ""},
	{"codex", "■ an error of before\n› do it again\n• Done.\n  Worked for 2s\n"
		CODEX_FOOT, SCREEN_IDLE, ""},
	{"codex",
		"✨ Update available! 1 -> 2\n› 1. Update now\n  2. Skip\n"
		"  Press enter to continue\n", SCREEN_WAITING, "upgrade"},
	{"opencode",
		"┃  esc interrupt\n┃  △ Permission required\n┃\n┃  Build · stub\n"
		"   1 (0%)  ctrl+p commands\n", SCREEN_IDLE, ""},
	{"pi", " text\n ⠋ Working...\n" PI_BOX, SCREEN_WORKING, ""},
	{"pi",
		" text\n── ⠸ Working ───────────────\n\n" RULE
		"/home/user/src\n↑200 ↓40 $0.000 0.1%/100k (auto)\n", SCREEN_WORKING, ""},
	{"pi", " Error: 401 invalid x-api-key\n" PI_BOX, SCREEN_ERROR, "api"},
	/* Other programs are not read as if they were that agent */
	{"command", "● x\n" CLAUDE_BOX, SCREEN_UNKNOWN, ""},
	{NULL, "› do it\n  Worked for 2s\n" CODEX_FOOT, SCREEN_UNKNOWN, ""},
};

static void
check(const char *name, const struct screen *got, enum screen_kind kind, const char *what,
	const char *line)
{
	if (got->kind == kind && !strcmp(got->what, what) &&
		!strncmp(got->line, line, strlen(line)) &&
		(kind == SCREEN_UNKNOWN) == !got->line[0])
		return;
	fprintf(stderr, "screen_test: %s: %s '%s' on '%s', wanted %s '%s'\n", name,
		screen_word(got->kind), got->what, got->line, screen_word(kind), what);
	failed = 1;
}

static void
test_panes(const char *dir)
{
	static char text[32768];
	char path[PATH_MAX + 64], agent[16];
	struct screen got;

	for (size_t i = 0; i < sizeof panes / sizeof *panes; i++) {
		FILE *f;
		size_t n;

		snprintf(path, sizeof path, "%s/../screens/%s.txt", dir, panes[i].file);
		if (!(f = fopen(path, "r"))) {
			perror(path);
			exit(1);
		}
		n = fread(text, 1, sizeof text, f);
		fclose(f);
		snprintf(agent, sizeof agent, "%.*s", (int)strcspn(panes[i].file, "-"),
			panes[i].file);
		screen_read(text, n, agent, &got);
		check(panes[i].file, &got, panes[i].kind, panes[i].what, panes[i].line);
		/* Read as a command's, a screen without a question does not become one. */
		screen_read(text, n, "command", &got);
		if (got.kind == SCREEN_WAITING && panes[i].kind != SCREEN_WAITING)
			check(path, &got, SCREEN_UNKNOWN, "", "");
		for (size_t k = 0; k < n; k++) /* cut anywhere, it must not break */
			screen_read(text + k, n - k, agent, &got);
	}
}

int
main(int argc, char **argv)
{
	char dir[PATH_MAX], *slash;
	struct screen got;

	(void)argc;
	snprintf(dir, sizeof dir, "%s", argv[0]);
	if (!(slash = strrchr(dir, '/')))
		return 1;
	*slash = '\0';
	test_panes(dir);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		screen_read(texts[i].text, strlen(texts[i].text), texts[i].agent, &got);
		check(texts[i].text, &got, texts[i].kind, texts[i].what, "");
	}
	return failed;
}
