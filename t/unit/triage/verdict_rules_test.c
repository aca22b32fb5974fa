/* verdict_rules, history_scan: each rule, what follows from a verdict, repeated failures */
#include <stdio.h>
#include <string.h>

#include "triage/history_scan.h"
#include "triage/verdict_rules.h"

enum { NOW = 1000000, HOUR = 3600 };

static int bad;

/* A healthy headless agent, watched. */
static struct rule_facts
well(void)
{
	return (struct rule_facts){
		.status = ST_RUNNING, .reason = "", .abandon_reason = "", .resume_at = "",
		.resume_unsure = "", .event = "", .error = "", .told = "", .held = 1, .watched = 1,
		.max_retries = 10, .max_nudges = 5, .escalate_s = HOUR, .now = NOW,
	};
}

/* The same in a terminal. */
static struct rule_facts
spoken_to(void)
{
	struct rule_facts t = well();

	t.terminal = 1;
	return t;
}

static void
rule(const char *what, const struct rule_facts *t, const char *wanted, const char *part)
{
	struct judgement s;
	char got[128] = "none";

	memset(&s, 0, sizeof s);
	if (verdict_rules_judge(t, &s))
		snprintf(got, sizeof got, "%s %s", verdict_word(s.verdict), s.rule);
	if (!strcmp(got, wanted) && strstr(s.text, part))
		return;
	printf("%s: %s (%s), wanted %s (%s)\n", what, got, s.text, wanted, part);
	bad = 1;
}

static void
rules(void)
{
	struct rule_facts t = well();

	rule("well", &t, "none", "");
	t.event = "Stop";
	rule("a turn's end", &t, "none", "");
#define CASE(what, wanted, part, ...) \
	do { t = well(); __VA_ARGS__; rule(what, &t, wanted, part); } while (0)
	CASE("completed", "DONE completed", "completed", t.status = ST_COMPLETED; t.retries = 10);
	CASE("stopped", "FINE stopped", "", t.status = ST_STOPPED);
	CASE("failed", "ESCALATE failed", "has failed: 401 no; needed: see why",
	     t.status = ST_FAILED; t.reason = "401 no");
	CASE("left by its monitor", "FINE left", "rca-watchdog",
	     t.status = ST_ABANDONED; t.abandon_reason = "signal"; t.held = t.watched = 0);
	CASE("abandoned", "ESCALATE abandoned", "deadline",
	     t.status = ST_ABANDONED; t.given_up = 1; t.abandon_reason = "deadline");
	CASE("created", "FINE created", "never", t.status = ST_CREATED; t.held = t.watched = 0);
	CASE("another was quicker", "FINE nudged", "", t.nudged = 1);
	CASE("a session that is gone", "ESCALATE gone", "",
	     t.adopted = t.gone = 1; t.held = t.watched = 0);
	CASE("a session that is there", "none", "",
	     t.adopted = t.terminal = 1; t.held = t.watched = 0);
	CASE("login", "ESCALATE login", "StopFailure:authentication_failed",
	     t.event = "StopFailure:authentication_failed");
	CASE("billing", "ESCALATE login", "", t.event = "StopFailure:billing_error");
	CASE("organisation", "ESCALATE login", "", t.event = "StopFailure:oauth_org_not_allowed");
	CASE("no such model", "ESCALATE login", "", t.event = "StopFailure:model_not_found");
	CASE("bad request", "ESCALATE login", "", t.event = "StopFailure:invalid_request");
	CASE("login on the screen", "ESCALATE login", "Select login method",
	     t.terminal = 1; t.screen = (struct screen){ SCREEN_WAITING, "login",
	     "Select login method:" });
	CASE("a question on the screen", "none", "",
	     t.terminal = 1; t.screen = (struct screen){ SCREEN_WAITING, "permission",
	     "Do you want to proceed?" });
	CASE("all retries", "ESCALATE max_retries", "exit:1", t.retries = 10; t.reason = "exit:1");
	CASE("one retry left", "none", "", t.retries = 9);
	CASE("retries are not wanted", "none", "", t.max_retries = 0);
	CASE("an error thrice", "STUCK same_error", "Exit code 3",
	     t.same = 3; t.error = "Exit code 3"; t.event = "PostToolUseFailure:Bash");
	CASE("an error twice", "none", "", t.same = 2; t.event = "PostToolUseFailure:Bash");
	CASE("an error thrice, and then something else", "none", "",
	     t.same = 3; t.event = "Notification:idle_prompt");
	CASE("limited", "FINE limited", "2030",
	     t.status = ST_LIMITED; t.held = 0; t.resume_at = "2030-01-01T00:00:00Z");
	CASE("limited, nobody has said how long", "FINE limited", "its monitor tries again: 2030",
	     t.status = ST_LIMITED; t.held = 0; t.resume_at = "2030-01-01T00:00:00Z";
	     t.resume_unsure = "yes");
	CASE("limited, and no monitor", "ESCALATE unattended", "rca-monitor",
	     t.status = ST_LIMITED; t.held = t.watched = 0);
	CASE("a limit on the screen", "ESCALATE limit_dialog", "hit your",
	     t.terminal = 1; t.screen = (struct screen){ SCREEN_LIMIT, "usage",
	     "You've hit your limit" });
	CASE("crashed", "FINE resumed", "signal:9",
	     t.status = ST_CRASHED; t.held = 0; t.reason = "signal:9");
	CASE("crashed, and no monitor", "ESCALATE unattended", "signal:9",
	     t.status = ST_CRASHED; t.held = t.watched = 0; t.reason = "signal:9");
	CASE("a failed turn of a headless agent", "FINE resumed", "server_error",
	     t.event = "StopFailure:server_error");
	CASE("the same, unwatched", "none", "",
	     t.event = "StopFailure:server_error"; t.watched = 0);
	CASE("the same in a terminal", "none", "",
	     t.event = "StopFailure:server_error"; t.terminal = 1);
	CASE("a tool's 429", "FINE resumed", "", t.event = "PostToolUseFailure:429");
	CASE("a tool's 503", "none", "", t.event = "PostToolUseFailure:503");
}

static void
plan(const char *what, const struct rule_facts *t, enum verdict v, const char *r,
     enum triage_act act, enum verdict then, const char *part)
{
	struct judgement s = { v, r, "so it is" };
	enum triage_act got = verdict_rules_plan(t, &s);

	if (got == act && s.verdict == then && strstr(s.text, part))
		return;
	printf("%s: act %d, %s (%s), wanted %d, %s (%s)\n", what, got, verdict_word(s.verdict),
	       s.text, act, verdict_word(then), part);
	bad = 1;
}

static void
plan_rule(const char *what, const char *event, enum triage_act wanted)
{
	struct rule_facts t = spoken_to();
	struct judgement s;

	t.event = event;
	t.same = 3;
	if (verdict_rules_judge(&t, &s) && s.verdict == STUCK &&
	    verdict_rules_plan(&t, &s) == wanted)
		return;
	printf("%s: %s\n", what, s.text);
	bad = 1;
}

static void
plans(void)
{
	struct rule_facts t;

#define PLAN(what, v, act, then, part, ...) \
	do { t = spoken_to(); __VA_ARGS__; plan(what, &t, v, "model", act, then, part); } while (0)
	PLAN("fine", FINE, TRIAGE_RECORD, FINE, "", );
	PLAN("done", DONE, TRIAGE_TELL, DONE, "so it is", );
	PLAN("done, headless", DONE, TRIAGE_RECORD, DONE, "", t.terminal = 0);
	PLAN("stuck", STUCK, TRIAGE_TELL, STUCK, "so it is", );
	PLAN("escalate", ESCALATE, TRIAGE_TELL, ESCALATE, "so it is", );
	PLAN("a nudge without act=nudge", NEEDS_NUDGE, TRIAGE_TELL, NEEDS_NUDGE, "", );
	PLAN("a nudge", NEEDS_NUDGE, TRIAGE_NUDGE, NEEDS_NUDGE, "", t.nudging = 1);
	PLAN("a nudge, headless", NEEDS_NUDGE, TRIAGE_NUDGE, NEEDS_NUDGE, "",
	     t.nudging = 1; t.terminal = 0);
	PLAN("a nudge for a command", NEEDS_NUDGE, TRIAGE_TELL, NEEDS_NUDGE, "",
	     t.nudging = t.command = 1);
	PLAN("the last nudge", NEEDS_NUDGE, TRIAGE_NUDGE, NEEDS_NUDGE, "",
	     t.nudging = 1; t.nudges = 4);
	PLAN("nudges used up", NEEDS_NUDGE, TRIAGE_TELL, ESCALATE,
	     "nudged 5 times already: so it is; needed:", t.nudging = 1; t.nudges = 5);
	PLAN("no nudges at all", NEEDS_NUDGE, TRIAGE_TELL, ESCALATE, "",
	     t.nudging = 1; t.max_nudges = 0);
	PLAN("not taken", NEEDS_NUDGE, TRIAGE_TELL, ESCALATE, "5 nudges in a row were refused",
	     t.nudging = 1; t.refused = 5);
	PLAN("an hour of it", NEEDS_NUDGE, TRIAGE_TELL, ESCALATE, "for 60 minutes: so it is",
	     t.nudging = 1; t.trouble_since = NOW - HOUR);
	PLAN("an hour of it, nobody nudges", NEEDS_NUDGE, TRIAGE_TELL, ESCALATE,
	     "waiting for a nudge", t.trouble_since = NOW - HOUR);
	PLAN("nearly an hour", NEEDS_NUDGE, TRIAGE_NUDGE, NEEDS_NUDGE, "",
	     t.nudging = 1; t.trouble_since = NOW - HOUR + 1);
	PLAN("an hour of being stuck", STUCK, TRIAGE_TELL, ESCALATE, "stuck for 60",
	     t.trouble_since = NOW - HOUR);
	PLAN("it has failed", ESCALATE, TRIAGE_RECORD, ESCALATE, "", t.status = ST_FAILED);
	PLAN("it has ended", DONE, TRIAGE_RECORD, DONE, "", t.status = ST_COMPLETED);
	plan_rule("an error thrice is told by the hook", "PostToolUseFailure:Bash", TRIAGE_RECORD);
	plan_rule("a failed turn thrice is not", "StopFailure:unknown", TRIAGE_TELL);
	PLAN("told a moment ago", STUCK, TRIAGE_RECORD, STUCK, "",
	     t.event = "PostToolUseFailure:Bash"; t.told = "STUCK model"; t.told_at = NOW - 60);
	PLAN("told an hour ago", STUCK, TRIAGE_TELL, STUCK, "",
	     t.event = "PostToolUseFailure:Bash"; t.told = "STUCK model"; t.told_at = NOW - HOUR);
	PLAN("told by a clock that was set back", STUCK, TRIAGE_TELL, STUCK, "",
	     t.told = "STUCK model"; t.told_at = NOW + HOUR);
	PLAN("something else was told", STUCK, TRIAGE_TELL, STUCK, "",
	     t.event = "PostToolUseFailure:Bash"; t.told = "ESCALATE model"; t.told_at = NOW - 60);
	PLAN("another turn's end", DONE, TRIAGE_TELL, DONE, "",
	     t.event = "Stop"; t.told = "DONE model"; t.told_at = NOW - 60);
}

static void
models(void)
{
	struct judgement s;

	for (int v = 0; v < VERDICT_LAST; v++) {
		verdict_rules_model((enum verdict)v, "", &s);
		if (s.verdict == (enum verdict)v && !strcmp(s.rule, "model") &&
		    strstr(s.text, "the model judges"))
			continue;
		printf("model %s: %s\n", verdict_word((enum verdict)v), s.text);
		bad = 1;
	}
	verdict_rules_model(DONE, "the model's answer is empty", &s);
	if (s.verdict == ESCALATE && !strcmp(s.rule, "no_verdict") &&
	    strstr(s.text, "empty; needed: look"))
		return;
	printf("no verdict: %s\n", s.text);
	bad = 1;
}

static void
trouble(const char *what, enum verdict v, long long since, long long nudged, long long wanted)
{
	struct rule_facts t = well();
	struct judgement s = { v, "model", "" };
	long long got;

	t.trouble_since = since;
	t.nudged_at = nudged;
	if ((got = verdict_rules_trouble(&t, &s)) == wanted)
		return;
	printf("trouble, %s: %lld, wanted %lld\n", what, got, wanted);
	bad = 1;
}

static void
same(const char *what, const char *history, int wanted, const char *error)
{
	char buf[64];
	int got = history_scan_failures(history, strlen(history), buf, sizeof buf);

	if (got == wanted && !strcmp(buf, error))
		return;
	printf("%s: %d (%s), wanted %d (%s)\n", what, got, buf, wanted, error);
	bad = 1;
}

#define AT "2026-01-31T12:00:00Z "
#define A AT "hook event=PostToolUseFailure:Bash text=\"Exit code 3\"\n"
#define B AT "hook event=PostToolUseFailure:Bash text=\"Exit code 4\"\n"
#define C AT "hook event=StopFailure:server_error text=server_error\n"
#define OTHER AT "running attempt=1\n"
#define NOTE AT "hook event=Notification:idle_prompt\n"
#define GOOD AT "hook event=Stop\n"

#define NUDGE AT "triage verdict=NEEDS_NUDGE rule=model event=Stop then=nudge " \
	"text=\"that hook event=Stop decision=triage\"\n"
#define STOP AT "hook event=Stop decision=triage text=\"a then=nudge b\"\n"

static void
since(const char *what, const char *history, int wanted)
{
	int got = history_scan_since_nudge(history, strlen(history));

	if (got == wanted)
		return;
	printf("since a nudge, %s: %d, wanted %d\n", what, got, wanted);
	bad = 1;
}

static void
nudges(void)
{
	since("nothing", "", 0);
	since("no nudge", OTHER STOP, 0);
	since("before it", STOP NUDGE AT "nudge count=1 max=3\n", 0);
	since("after it", STOP NUDGE STOP AT "nudge count=1 max=3\n", 1);
	since("before the second", NUDGE STOP STOP NUDGE, 0);
	since("nothing to be judged",
	      NUDGE AT "hook event=Stop decision=record text=\" decision=triage\"\n" GOOD OTHER, 0);
	since("another decision after",
	      NUDGE STOP AT "triage verdict=FINE rule=nudged event=Stop then=record text=x\n", 1);
	since("cut at the front", "then=nudge text=x\n" STOP, 0);
}

static void
histories(void)
{
	same("nothing", "", 0, "");
	same("no hook", OTHER OTHER, 0, "");
	same("one", OTHER A, 1, "Exit code 3");
	same("three", A OTHER A NOTE A OTHER, 3, "Exit code 3");
	same("another before", B A A, 2, "Exit code 3");
	same("another after", A A A B, 1, "Exit code 4");
	same("a good turn after", A A A GOOD, 0, "");
	same("a good turn before", A A GOOD A, 1, "Exit code 3");
	same("turns", C C C, 3, "server_error");
	same("one event, another error", C AT "hook event=StopFailure:server_error text=x\n", 1,
	     "x");
	same("cut at the front", "ror=\"Exit code 3\"\n" A, 1, "Exit code 3");
	same("words in a value", AT "said text=\" hook event=StopFailure:x text=y\"\n" A, 1,
	     "Exit code 3");
	same("quotes", AT "hook event=StopFailure:x text=\"a \\\"b\\\" text=c\"\n", 1,
	     "a \\\"b\\\" text=c");
	same("the same event, brought twice",
	     A AT "hook event=PostToolUseFailure:Bash decision=twice text=\"Exit code 3\"\n" A, 2,
	     "Exit code 3");
	same("another tool",
	     AT "hook event=PostToolUseFailure:503 decision=later tool=A text=x\n"
	     AT "hook event=PostToolUseFailure:503 decision=later tool=B text=x\n", 1, "x");
	same("no error", AT "hook event=StopFailure:x\n" AT "hook event=StopFailure:x\n", 2, "");
	same("blank lines", "\n\n" A "\n\n", 1, "Exit code 3");
}

int
main(void)
{
	rules();
	plans();
	models();
	trouble("none", FINE, 0, 0, 0);
	trouble("over", FINE, NOW - 5, 0, 0);
	trouble("done", DONE, NOW - 5, 0, 0);
	trouble("begins", NEEDS_NUDGE, 0, 0, NOW);
	trouble("lasts", STUCK, NOW - 5, 0, NOW - 5);
	trouble("lasts though nudged", NEEDS_NUDGE, NOW - 2 * HOUR, NOW - 60, NOW - 2 * HOUR);
	trouble("the nudge had worked", NEEDS_NUDGE, NOW - 2 * HOUR, NOW - HOUR, NOW);
	trouble("from the future", ESCALATE, NOW + 5, 0, NOW);
	histories();
	nudges();
	if (!bad)
		puts("verdict_rules: ok");
	return bad;
}
