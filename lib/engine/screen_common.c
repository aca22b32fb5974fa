/*
 * screen_common - what any program prints when it asks, crashes, nags or has ended
 *
 * A task that asks is given up, so a question counts only while it is open: on the last line, or
 * followed by nothing but the place for its answer. Questions are compared in lower case.
 */
#include "engine/screen_common.h"

#include <string.h>

enum {
	LINE = 256,  /* bytes at a line's end that are compared */
	LAST = 5,    /* lines in which an open question may stand */
	BLOCK = 40,  /* lines of a crash, at most */
	AFTER = 3,   /* lines after a crash that are not part of it, at most */
	CHOICES = 24 /* bytes of "(yes/no/[fingerprint])" and the like, at most */
};

/* Tables of these end with a NULL text. */
struct word {
	const char *text, *what;
};

/* What the first word that s contains stands for, or NULL. */
static const char *
look_up(const struct word *words, const char *s)
{
	while (words->text && !strstr(s, words->text))
		words++;
	return words->what;
}

/* The same for line i and words that it begins with, has or is, as matches says. */
static const char *
first(const struct last_lines *v, int i,
	int (*matches)(const struct last_lines *v, int i, const char *word),
	const struct word *words)
{
	while (words->text && !matches(v, i, words->text))
		words++;
	return words->what;
}

static int
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && !strcmp(s + n - k, end);
}

/* Whether the line ends in a choice: (y/N), [Y/n/q], (yes/no/[fingerprint])?, y/n; unanswered. */
static int
yes_or_no(const char *lower)
{
	static const char *const opening[] = {
		"(y/", "([y]/", "[y/", "(y|", "[y|", "(y,", "[y,", "(yes/", "[yes/", "(yes or "
	};
	char s[LINE];
	size_t n = strlen(lower);

	while (n && strchr(" :?>.", lower[n - 1]))
		n--;
	memcpy(s, lower, n);
	s[n] = '\0';
	if ((strstr(s, "(y)es") && strstr(s, "(n)o")) || (strstr(s, "[y]") && strstr(s, "[n]")))
		return 1;
	if (ends_in(s, " y/n") || ends_in(s, "? (y)"))
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
	static const char *const tools[] = {"rm: ", "cp: ", "mv: ", "ln: "};
	static const char *const verbs[] = {
		"remove ", "descend into ", "overwrite ", "replace ", "try to overwrite "
	};

	if (!ends_in(lower, "'?"))
		return 0;
	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
		for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++)
			if (!strncmp(lower, tools[i], 4) &&
				!strncmp(lower + 4, verbs[k], strlen(verbs[k])))
				return 1;
	return 0;
}

/* A line that ends before its answer: "Password:", "[sudo] password for joe:", "Enter a value:". */
static const char *
asks_for(const char *lower)
{
	static const struct word words[] = {
		{"password", "password"}, {"passphrase", "password"},
		{"verification code", "password"}, {"one-time", "password"},
		{"username for ", "password"}, {"enter pin", "password"},
		{"enter a value", "answer"}, {"your choice", "answer"},
		{"type 'yes'", "answer"}, {"type \"yes\"", "answer"}, {NULL, NULL},
	};

	return ends_in(lower, ":") ? look_up(words, lower) : NULL;
}

/* A last line that says that the program waits for a key, or a question without choices. */
static const char *
waits_for_key(const char *lower)
{
	static const struct word words[] = {
		{"press enter", "enter"}, {"press [enter]", "enter"}, {"press <enter>", "enter"},
		{"press return", "enter"}, {"hit enter", "enter"}, {"hit return", "enter"},
		{"press any key", "enter"}, {"hit any key", "enter"}, {"--more--", "pager"},
		{"(press h for help or q to quit)", "pager"}, {NULL, NULL},
	};
	const char *what = look_up(words, lower);

	if (!what && (ends_in(lower, "are you sure?") || ends_in(lower, "continue?") ||
			ends_in(lower, "proceed?") || ends_in(lower, "overwrite?")))
		what = "y/N";
	return what;
}

/* A list to choose from: its hint stands above the choices, of which one is marked. */
static int
list(const struct last_lines *v)
{
	static const char *const hints[] = {
		"Use arrow-keys", "Use arrow keys", "<space> to select", "space to select"
	};
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

/* A line that is only the place for an answer, or begins as an edge around it. */
static int
is_place(const struct last_lines *v, int i)
{
	static const struct word whole[] = {
		{">", ""}, {">>", ""}, {"❯", ""}, {"›", ""}, {"»", ""}, {"?", ""}, {":", ""},
		{NULL, NULL},
	}, begins[] = {
		{"(", ""}, {"─", ""}, {"╰", ""}, {"└", ""}, {"╹", ""}, {NULL, NULL},
	};

	return first(v, i, last_lines_is, whole) || first(v, i, last_lines_starts, begins);
}

int
screen_common_question(const struct last_lines *v, const char **what)
{
	char lower[LINE];

	for (int i = 0; i < LAST && i < v->count; i++) {
		last_lines_lower(v, i, lower, sizeof lower);
		*what = "y/N";
		if (yes_or_no(lower) || about_a_file(lower))
			return i;
		if ((*what = asks_for(lower)) || (*what = waits_for_key(lower)))
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

/* Lines that continue a crash: stack frames and where they are. */
static int
continues(const struct last_lines *v, int i)
{
	return v->line[i].indented || last_lines_starts(v, i, "at ") ||
		last_lines_starts(v, i, "goroutine ") || last_lines_ends(v, i, ")") ||
		last_lines_ends(v, i, "^");
}

int
screen_common_crash(const struct last_lines *v, const char **what)
{
	static const struct word begins[] = {
		{"Traceback (most recent call last)", "traceback"},
		{"Exception in thread ", "traceback"}, {"panic: ", "panic"}, {"PANIC: ", "panic"},
		{"Segmentation fault", "signal"}, {"Bus error", "signal"},
		{"Illegal instruction", "signal"}, {"Floating point exception", "signal"},
		{"fatal error: ", "fatal"}, {"fatal: ", "fatal"}, {"FATAL: ", "fatal"},
		{"Fatal error: ", "fatal"}, {"FATAL ERROR: ", "fatal"}, {"Node.js v", "fatal"},
		{"terminate called ", "fatal"}, {"Unhandled exception", "fatal"},
		{"Uncaught ", "fatal"}, {"*** stack smashing detected", "fatal"}, {NULL, NULL},
	}, anywhere[] = {
		{" panicked at ", "panic"}, {"(core dumped)", "signal"},
		{" Segmentation fault", "signal"}, {": fatal error: ", "fatal"},
		{"ERROR: AddressSanitizer: ", "fatal"}, {"Kernel panic", "panic"}, {NULL, NULL},
	}, whole[] = { {"Killed", "signal"}, {"Aborted", "signal"}, {NULL, NULL} };
	int after = 0;

	for (int i = 0; i < BLOCK && i < v->count && after <= AFTER; i++) {
		if ((*what = first(v, i, last_lines_starts, begins)) ||
			(*what = first(v, i, last_lines_has, anywhere)) ||
			(*what = first(v, i, last_lines_is, whole)))
			return i;
		after += !continues(v, i);
	}
	return -1;
}

int
screen_common_nag(const struct last_lines *v)
{
	static const struct word words[] = {
		{"update available", ""}, {"new version of ", ""}, {"new version available", ""},
		{"newer version", ""}, {"new major version", ""}, {"new minor version", ""},
		{"new patch version", ""}, {"please upgrade", ""}, {"please update", ""},
		{NULL, NULL},
	};
	char lower[LINE];

	for (int i = 0; i < LAST && i < v->count; i++) {
		last_lines_lower(v, i, lower, sizeof lower);
		if (look_up(words, lower))
			return i;
	}
	return -1;
}

/*
 * "$", "sh-5.2#", "joe@host:~/dir$", "[joe@host dir]$", "joe@host dir %", "~/dir ❯"; but not
 * "100%", "C#" or a row of "###".
 */
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
		return blanks <= 3 && (strchr(lower, '@') || *lower == '/' || *lower == '~' ||
			(!blanks && strstr(lower, "sh-")));
	}
	return 0;
}
