/* input_box_test PANES - the text in the input boxes of recorded and of made-up screens */
#include "engine/input_box.h"

#include <stdio.h>
#include <string.h>

static int failed;

/*
 * The box's text must be want, where '|' is a line's end and blanks before it do not count; NULL:
 * there must be no box.
 */
static void
check(const char *name, const char *agent, const char *text, size_t n, const char *want)
{
	char got[4096], flat[4096] = "";
	size_t len = 0;
	int there = input_box_read(text, n, agent, got, sizeof got);

	for (const char *p = got; there && *p; p++) {
		while (*p == '\n' && len && flat[len - 1] == ' ')
			len--;
		flat[len++] = *p == '\n' ? '|' : *p;
		flat[len] = '\0';
	}
	if (there == (want != NULL) && (!want || !strcmp(flat, want)))
		return;
	printf("%s: '%s', wanted '%s'\n", name, there ? flat : "none", want ? want : "none");
	failed = 1;
}

static void
pane(const char *dir, const char *name, const char *want)
{
	char path[4096], agent[32], text[65536];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.txt", dir, name);
	snprintf(agent, sizeof agent, "%.*s", (int)strcspn(name, "-"), name);
	f = fopen(path, "r");
	if (f) {
		n = fread(text, 1, sizeof text, f);
		fclose(f);
	}
	check(name, agent, text, n, want);
}

#define RULE "────────────────────\n"

static void
made_up(void)
{
	static const struct {
		const char *agent, *text, *want;
	} all[] = {
		{"claude", RULE "❯ one\n  two\n\n  three\n" RULE "  ? for shortcuts\n\n\n",
			"❯ one|  two||  three|"},
		{"claude", RULE "old\n" RULE "talk\n" RULE "❯ [Pasted text #1 +4596 lines]\n" RULE
			"  foot\n", "❯ [Pasted text #1 +4596 lines]|"},
		{"claude", RULE "no lower edge\n", NULL},
		{"pi", "talk\n" RULE "one\n" RULE "/tmp\n0.1%/100k\n", "one|"},
		{"pi", "talk\n" RULE RULE "/tmp\n0.1%/100k\n", ""},
		{"codex", "› said before\n\n• answer\n\n› one\n  two\n\n  stub-model\n",
			"› one|  two|"},
		{"codex", "starting\n", NULL},
		{"opencode",
			"  ┃  said\n  text\n  ┃\n  ┃  one\n  ┃\n  ┃  Build · stub\n"
			"  ╹▀▀▀▀\n   foot\n",
			"  ┃|  ┃  one|  ┃|  ┃  Build · stub|"},
		{"opencode", "  ╹▀▀▀▀\n", NULL},
		{"command", RULE "x\n" RULE, NULL},
		{"claude", "", NULL},
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		check(all[i].text, all[i].agent, all[i].text, strlen(all[i].text), all[i].want);
}

static void
stands(void)
{
	static const struct {
		const char *before, *typed, *after;
		int want;
	} all[] = {
		{"❯ \n", "❯ one\n", "❯ one\n", 1},
		{"❯ \n", "❯ one\n", "❯ \n", 0},
		{"❯ \n", "❯ y\n", "❯ \n", 0},
		{"❯ \n", "❯ \\\n", "❯ \n  \n", 0}, /* looks the same as an empty box */
		{"❯ \n", "❯ C:\\src\\\n", "❯ C:\\src\n  \n", 1},
		{"❯ \n", "❯ see @REA\n", "❯ see @README.md \n", 1},
		{"❯ \n", "❯ one\n  two\\\n", "❯ one\n  two\n  \n", 1},
		{"❯ Try \"how do I\"\n", "❯ Try harder\n", "❯ Try \"how do I\"\n", 0},
		{"❯ Try \"how do I\"\n", "❯ Try harder\n", "❯ Try \"fix lint\"\n", 0},
		{"› Ask Codex\n", "› one\n", "› Ask Codex\n", 0},
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (input_box_stands(all[i].before, all[i].typed, all[i].after) != all[i].want) {
			printf("%s -> %s: wanted %d\n", all[i].typed, all[i].after, all[i].want);
			failed = 1;
		}
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 100;
	pane(argv[1], "claude-idle", "❯\xc2\xa0|");
	pane(argv[1], "claude-working", "❯\xc2\xa0|");
	pane(argv[1], "claude-firstrun-offline", NULL);
	pane(argv[1], "codex-idle", "› Ask Codex to do anything|");
	pane(argv[1], "codex-api-error-final", "› Ask Codex to do anything|");
	pane(argv[1], "opencode-finished", "  ┃|  ┃|  ┃|  ┃  Build · stub stub|");
	pane(argv[1], "pi-idle", "|");
	made_up();
	stands();
	if (!failed)
		puts("input_box: ok");
	return failed;
}
