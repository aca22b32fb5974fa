/*
 * screen_common - what programs of any kind print when they ask, crash, nag or are gone
 *
 * A task that asks is given up, so a question counts only where it is still open: on the last line, or with nothing behind it but
 * the place for the answer. Questions are compared in lower case.
 */
#include "engine/screen_common.h"

#include <string.h>

enum {
	LINE = 256,  /* bytes of a line's end that are looked at */
	LAST = 5,    /* lines in which a question may stand, and what it leaves room for */
	BLOCK = 40,  /* lines a crash may take */
	AFTER = 3,   /* lines after a crash that belong to nothing */
	CHOICES = 24 /* bytes of "(yes/no/[fingerprint])" and the like */
};

struct word {
	const char *text, *what;
};

/* Drops what may stand behind the question: "? ", ": ", "> ". */
static size_t
without_tail(char *s, size_t n)
{
	while (n && strchr(" :?>.", s[n - 1]))
		n--;
	s[n] = '\0';
	return n;
}

/* Ends in choices between yes and no: (y/N), [Y/n/q], (yes/no/[fingerprint])?, y/n; not if an answer follows. */
static int
yes_or_no(const char *lower)
{
	static const char *const opening[] = {"(y/", "([y]/", "[y/", "(y|", "[y|", "(y,", "[y,", "(yes/", "[yes/", "(yes or "};
	char s[LINE];
	size_t n = strlen(lower);

	memcpy(s, lower, n + 1);
	n = without_tail(s, n);
	if ((strstr(s, "(y)es") && strstr(s, "(n)o")) || (strstr(s, "[y]") && strstr(s, "[n]")))
		return 1;
	if (n >= 4 && !strcmp(s + n - 4, " y/n"))
		return 1;
	if (n >= 5 && !strcmp(s + n - 5, "? (y)"))
		return 1;
	if (!n || !strchr(")]", s[n - 1]))
		return 0;
	for (size_t i = 0; i < sizeof opening / sizeof *opening; i++) {
		const char *p = strstr(s, opening[i]), *next;

		while (p && (next = strstr(p + 1, opening[i])))
			p = next;
		if (p && strlen(p) <= CHOICES)
			return 1;
	}
	return 0;
}

/* As rm, cp, mv and ln ask about a file: "rm: remove write-protected regular file 'x'?" */
static int
about_a_file(const char *lower)
{
	static const char *const tools[] = {"rm: ", "cp: ", "mv: ", "ln: "}, *const verbs[] = {"remove ", "descend into ", "overwrite ", "replace ", "try to overwrite "};
	size_t n = strlen(lower);

	if (n < 2 || strcmp(lower + n - 2, "'?"))
		return 0;
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
		for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++)
			if (!strncmp(lower, tools[i], 4) && !strncmp(lower + 4, verbs[k], strlen(verbs[k])))
				return 1;
	return 0;
}

/* A line that ends in what somebody has to type after: "Password:", "[sudo] password for joe:", "Enter a value:". */
static int
asks_for(const char *lower, const char **what)
{
	static const struct word words[] = {
		{"password", "password"}, {"passphrase", "password"}, {"verification code", "password"}, {"one-time", "password"},
		{"username for ", "password"}, {"enter pin", "password"}, {"enter a value", "answer"}, {"your choice", "answer"},
		{"type 'yes'", "answer"}, {"type \"yes\"", "answer"},
	};
	size_t n = strlen(lower);

	if (!n || lower[n - 1] != ':')
		return 0;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strstr(lower, words[i].text)) {
			*what = words[i].what;
			return 1;
		}
	}
	return 0;
}

/* Words that, on the last line, say that a key is waited for. */
static int
waits_for_key(const char *lower, const char **what)
{
	static const struct word words[] = {
		{"press enter", "enter"}, {"press [enter]", "enter"}, {"press <enter>", "enter"}, {"press return", "enter"}, {"hit enter", "enter"}, {"hit return", "enter"},
		{"press any key", "enter"}, {"hit any key", "enter"}, {"--more--", "pager"}, {"(press h for help or q to quit)", "pager"},
	};
	static const char *const questions[] = {"are you sure?", "continue?", "proceed?", "overwrite?"};
	size_t n = strlen(lower);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strstr(lower, words[i].text)) {
			*what = words[i].what;
			return 1;
		}
	}
	*what = "y/N";
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		size_t k = strlen(questions[i]);

		if (n >= k && !strcmp(lower + n - k, questions[i]))
			return 1;
	}
	return 0;
}

/* A list to choose from: its hint stands above the choices, of which one is marked. */
static int
list(const struct last_lines *v)
{
	static const char *const hints[] = {"Use arrow-keys", "Use arrow keys", "<space> to select", "space to select"};
	int marked = last_lines_find_start(v, 20, "❯");

	if (last_lines_is(v, 0, "└") && last_lines_find_start(v, 20, "◆") >= 0)
		return last_lines_find_start(v, 20, "◆");
	if (marked < 0)
		marked = last_lines_find_start(v, 20, "> ");
	for (size_t k = 0; marked >= 0 && k < sizeof hints / sizeof *hints; k++) {
		int i = last_lines_find(v, 20, hints[k]);

		if (i > marked)
			return i;
	}
	return -1;
}

/* A line that is only the place for an answer, or an edge around it. */
static int
is_place(const struct last_lines *v, int i)
{
	static const char *const marks[] = {">", ">>", "❯", "›", "»", "?", ":", "(", "─", "╰", "└", "╹"};

	for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
		if (k < 7 ? last_lines_is(v, i, marks[k]) : last_lines_starts(v, i, marks[k]))
			return 1;
	return 0;
}

int
screen_common_question(const struct last_lines *v, const char **what)
{
	char lower[LINE];

	if (!v->count)
		return -1;
	for (int i = 0; i < LAST && i < v->count; i++) {
		last_lines_lower(v, i, lower, sizeof lower);
		*what = "y/N";
		if (yes_or_no(lower) || about_a_file(lower))
			return i;
		if (asks_for(lower, what) || waits_for_key(lower, what))
			return i;
		*what = "pager";
		if (last_lines_ends(v, i, "(END)"))
			return i;
		if (!is_place(v, i))
			break;
	}
	*what = "select";
	return list(v);
}

/* Lines that go on with what a crash began: frames and their places. */
static int
goes_on(const struct last_lines *v, int i)
{
	return v->line[i].indented || last_lines_starts(v, i, "at ") || last_lines_starts(v, i, "goroutine ") || last_lines_ends(v, i, ")") || last_lines_ends(v, i, "^");
}

int
screen_common_crash(const struct last_lines *v, const char **what)
{
	static const struct word begins[] = {
		{"Traceback (most recent call last)", "traceback"}, {"Exception in thread ", "traceback"}, {"panic: ", "panic"},
		{"PANIC: ", "panic"}, {"Segmentation fault", "signal"}, {"Bus error", "signal"},
		{"Illegal instruction", "signal"}, {"Floating point exception", "signal"}, {"fatal error: ", "fatal"},
		{"fatal: ", "fatal"}, {"FATAL: ", "fatal"}, {"Fatal error: ", "fatal"}, {"FATAL ERROR: ", "fatal"}, {"Node.js v", "fatal"},
		{"terminate called ", "fatal"}, {"Unhandled exception", "fatal"}, {"Uncaught ", "fatal"}, {"*** stack smashing detected", "fatal"},
	};
	static const struct word anywhere[] = {
		{" panicked at ", "panic"}, {"(core dumped)", "signal"}, {" Segmentation fault", "signal"}, {": fatal error: ", "fatal"},
		{"ERROR: AddressSanitizer: ", "fatal"}, {"Kernel panic", "panic"},
	};
	int after = 0;

	for (int i = 0; i < BLOCK && i < v->count && after <= AFTER; i++) {
		for (size_t k = 0; k < sizeof begins / sizeof *begins; k++) {
			*what = begins[k].what;
			if (last_lines_starts(v, i, begins[k].text))
				return i;
		}
		for (size_t k = 0; k < sizeof anywhere / sizeof *anywhere; k++) {
			*what = anywhere[k].what;
			if (last_lines_has(v, i, anywhere[k].text))
				return i;
		}
		*what = "signal";
		if (last_lines_is(v, i, "Killed") || last_lines_is(v, i, "Aborted"))
			return i;
		if (!goes_on(v, i))
			after++;
	}
	return -1;
}

int
screen_common_nag(const struct last_lines *v)
{
	static const char *const words[] = {"update available", "new version of ", "new version available", "newer version", "new major version",
	    "new minor version", "new patch version", "please upgrade", "please update"};
	char lower[LINE];

	for (int i = 0; i < LAST && i < v->count; i++) {
		last_lines_lower(v, i, lower, sizeof lower);
		for (size_t k = 0; k < sizeof words / sizeof *words; k++)
			if (strstr(lower, words[k]))
				return i;
	}
	return -1;
}

/* "$", "sh-5.2#", "joe@host:~/dir$", "[joe@host dir]$", "joe@host dir %", "~/dir ❯"; not "100%", "C#" or a row of "###". */
int
screen_common_shell(const struct last_lines *v)
{
	static const char *const marks[] = {"$", "#", "%", "❯"};
	char lower[LINE];
	size_t n, blanks = 0;

	for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
		if (last_lines_is(v, 0, marks[k]))
			return 1;
		if (!last_lines_ends(v, 0, marks[k]))
			continue;
		n = last_lines_lower(v, 0, lower, sizeof lower) - strlen(marks[k]);
		lower[n] = '\0';
		for (size_t i = 0; i < n; i++)
			blanks += lower[i] == ' ';
		return blanks <= 3 && (strchr(lower, '@') || (!blanks && strstr(lower, "sh-")) || *lower == '/' || *lower == '~');
	}
	return 0;
}
