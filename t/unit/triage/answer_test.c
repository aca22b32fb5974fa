/* answer: answers of all kinds, and the one word each means */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notice/verdict.h"
#include "triage/answer.h"

struct row {
	const char *answer;
	enum verdict v;
	const char *why; /* contains; PLAIN: is "" */
};

#define PLAIN ""
#define NONE "none of the five"
#define TWO "more than one"

static const struct row rows[] = {
	/* as asked */
	{"FINE", FINE, PLAIN},
	{"NEEDS_NUDGE\n", NEEDS_NUDGE, PLAIN},
	{"\n\n  STUCK  \n", STUCK, PLAIN},
	{"DONE.", DONE, PLAIN},
	{"ESCALATE", ESCALATE, PLAIN},
	/* in other clothes */
	{"fine", FINE, PLAIN},
	{"Stuck", STUCK, PLAIN},
	{"needs_nudge", NEEDS_NUDGE, PLAIN},
	{"Needs nudge", NEEDS_NUDGE, PLAIN},
	{"NEEDS-NUDGE", NEEDS_NUDGE, PLAIN},
	{"**DONE**", DONE, PLAIN},
	{"`stuck`", STUCK, PLAIN},
	{"\"Fine.\"", FINE, PLAIN},
	{"- done", DONE, PLAIN},
	{"> ### ESCALATE", ESCALATE, PLAIN},
	{"Verdict: needs_nudge", NEEDS_NUDGE, PLAIN},
	{"**Final verdict:** stuck", STUCK, PLAIN},
	{"My answer is: fine", FINE, PLAIN},
	{"\033[1;32mFINE\033[0m\r\n", FINE, PLAIN},
	{"\342\234\205 FINE", FINE, PLAIN},
	{"\xf0\x9f\x91\x8d" "DONE", DONE, PLAIN},
	/* with prose */
	{"Looking at the log, the agent waits for a word, so NEEDS_NUDGE it is.", NEEDS_NUDGE,
	 PLAIN},
	{"STUCK: the same test fails again and again", STUCK, PLAIN},
	{"FINE\342\200\224it works on", FINE, PLAIN},
	{"Fine, the agent works.", FINE, PLAIN},
	{"done - all tests pass", DONE, PLAIN},
	{"The agent says it is done with step one.\nNEEDS_NUDGE", NEEDS_NUDGE, PLAIN},
	{"<think>FINE? or STUCK? it is not DONE</think>\n\nSTUCK", STUCK, PLAIN},
	{"DONE\n\nIt is not STUCK, and FINE would be too little.", DONE, PLAIN},
	{"It is not DONE, therefore NEEDS_NUDGE", NEEDS_NUDGE, PLAIN},
	{"This isn't yet DONE: NEEDS_NUDGE", NEEDS_NUDGE, PLAIN},
	{"no errors, FINE", FINE, PLAIN},
	{"| DONE\nFINE", FINE, PLAIN},
	/* two */
	{"FINE STUCK", ESCALATE, TWO},
	{"FINE\nSTUCK", ESCALATE, TWO},
	{"FINE or DONE", ESCALATE, "FINE and DONE"},
	{"fine\ndone", ESCALATE, TWO},
	{"FINE NEEDS_NUDGE STUCK DONE ESCALATE", ESCALATE, TWO},
	{"FINE/STUCK", ESCALATE, TWO},
	{"FINE FINE FINE", FINE, PLAIN},
	/* none */
	{"", ESCALATE, "empty"},
	{" \n\t\n", ESCALATE, "empty"},
	{"I cannot tell.", ESCALATE, NONE},
	{"Done with the tests, the agent now writes the notes", ESCALATE, NONE},
	{"the agent got stuck, and then went on, and all was fine in the end", ESCALATE, NONE},
	{"Fine-grained locking is missing", ESCALATE, NONE},
	{"a well-DONE job", ESCALATE, NONE},
	{"UNDONE", ESCALATE, NONE},
	{"FINEST", ESCALATE, NONE},
	{"DONE_BY_ME", ESCALATE, NONE},
	{"It is not DONE.", ESCALATE, NONE},
	{"This isn't FINE", ESCALATE, NONE},
	{"This isn\342\200\231t FINE", ESCALATE, NONE},
	{"never really STUCK", ESCALATE, NONE},
	{"not done", ESCALATE, NONE},
	{"| DONE", ESCALATE, NONE},
	{"\xc3\xa9" "DONE", ESCALATE, NONE},
	{"NEEDS  NUDGE", ESCALATE, NONE},
	/* hostile: no more than a word gets out */
	{"DONE; rm -rf / $(id) `id`\n\033]0;title\007", DONE, PLAIN},
	{"FI\033[31mNE", FINE, PLAIN},
	{"FINX\bE", FINE, PLAIN},
	{"\377\376 STUCK \300\200", STUCK, PLAIN},
	{"{\"verdict\":\"DONE\"}", DONE, PLAIN},
};

static int bad;

static void
check(const char *what, size_t n, const char *answer, enum verdict v, const char *part)
{
	char why[ANSWER_WHY];
	enum verdict got = answer_read(answer, n, why);

	if (got == v && (*part ? strstr(why, part) != NULL : !*why))
		return;
	printf("%s: %s (%s), wanted %s (%s)\n", what, verdict_word(got), why, verdict_word(v),
	       part);
	bad = 1;
}

/* Any bytes, cut anywhere: a verdict, and a reason that is one of ours. */
static void
noise(void)
{
	static const char bits[] =
		"FINE DONE needs_nudge\n\033[|\"*'\342\200\224\xf0\x9f\377-not .,STUCKESCALATE";
	char buf[256], why[ANSWER_WHY];
	unsigned x = 1;

	for (int i = 0; i < 200000; i++) {
		size_t n = 0;

		while (n < sizeof buf && (x = x * 1103515245 + 12345, x >> 16 & 31))
			buf[n++] = bits[(x >> 8) % (sizeof bits - 1)];
		if (answer_read(buf, n, why) >= VERDICT_LAST ||
		    (*why && strncmp(why, "the model's answer ", 19))) {
			printf("noise: %s\n", why);
			bad = 1;
			return;
		}
	}
}

int
main(void)
{
	char *big = malloc(1 << 20);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check(rows[i].answer, strlen(rows[i].answer), rows[i].answer, rows[i].v,
		      rows[i].why);
	check("NULs", 12, "\0\0DO\0NE\0\0\0\0\0", DONE, PLAIN);
	if (!big)
		return 1;
	memset(big, 'x', 1 << 20);
	check("a megabyte", 1 << 20, big, ESCALATE, NONE);
	memcpy(big, "FINE\n", 5);
	check("a word and a megabyte", 1 << 20, big, FINE, PLAIN);
	memcpy(big + ANSWER_MAX, "\nSTUCK\n", 7);
	check("a word beyond the bound", 1 << 20, big, FINE, PLAIN);
	free(big);
	noise();
	for (int v = 0; v < VERDICT_LAST; v++)
		bad |= verdict_parse(verdict_word((enum verdict)v)) != (enum verdict)v;
	bad |= verdict_parse("fine") != VERDICT_LAST || verdict_parse("") != VERDICT_LAST ||
	       *verdict_word(VERDICT_LAST);
	if (!bad)
		puts("answer: ok");
	return bad;
}
