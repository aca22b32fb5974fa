/* format_test - the line and the object: whole, one line, within their bounds, whatever is said */
#include "notice/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "json/cursor.h"
#include "notice/format_older.h"
#include "task/advice.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

enum { LONG = 100000 };

static char line[NOTICE_LINE], json[NOTICE_JSON];

static _Noreturn void
fail(int at, const char *what)
{
	fprintf(stderr, "format_test.c:%d: %s\n%s\n%s\n", at, what, line, json);
	exit(1);
}

static struct notice
plain(enum verdict v, const char *text)
{
	return (struct notice){ .prefix = "rca:", .verdict = v, .event = "Stop", .id = "i",
		.at = "2026-01-01T00:00:00Z", .task = "claude-x", .dir = "/t", .cwd = "/p",
		.status = "running", .reason = "", .goal = "g", .text = text, .last = "one\ntwo",
		.needed = "an answer", .nudges = 1, .max_nudges = 5, .duration_s = 3725 };
}

/* Whole characters without controls; a valid object, with the same line in it. */
static void
sound(const struct notice *n)
{
	size_t len = format_line(n, line), size = format_json(n, json);
	char again[NOTICE_LINE] = "";
	struct cursor root, it = { NULL, NULL, NULL, NULL };
	int at;

	CHECK(len == strlen(line) && len < NOTICE_LINE && !strpbrk(line, "\n\t"));
	CHECK(size == strlen(json) && size < NOTICE_JSON && strcspn(json, "\n") == size - 1);
	CHECK(utf8_plain(line, len) == len && utf8_plain(json, size) == size);
	CHECK(!cursor_read(json, size, &root, &at));
	while (cursor_next(&root, &it))
		if (cursor_is(it.key, it.key_end, "line"))
			CHECK(cursor_decode(it.at, it.end, again, sizeof again) >= 0);
	CHECK(!strcmp(again, line));
}

static void
a_line_has_its_fields(void)
{
	struct notice n = plain(DONE, "all \"well\"\nand good");

	sound(&n);
	CHECK(!strcmp(line, "rca: DONE | Stop | task=claude-x | cwd=/p | all \"well\" and good"));
	CHECK(strstr(json, "\"text\":\"all \\\"well\\\"\\nand good\","
		"\"nudges\":1,\"max_nudges\":5,\"duration_s\":3725,"));
	n.verdict = ESCALATE;
	n.reason = "why";
	sound(&n);
	CHECK(!strcmp(line, "rca: ESCALATE | Stop | task=claude-x | cwd=/p | all \"well\" and good"
		" | goal: g | status: running (why) | nudges: 1/5 | duration: 1h 2m"
		" | last: one two | needed: an answer"));
	n.goal = n.reason = n.last = n.needed = "";
	n.duration_s = 61;
	n.prefix = "";
	sound(&n);
	CHECK(!strcmp(line, "ESCALATE | Stop | task=claude-x | cwd=/p | all \"well\" and good"
		" | status: running | nudges: 1/5 | duration: 1m 1s"));
}

/* A screen that was cleared gives many empty lines; the words before and after them stay. */
static void
empty_lines_are_dropped(void)
{
	static char text[4096];
	struct notice n = plain(ESCALATE, text);

	n.last = text;
	snprintf(text, sizeof text, "one%*s\n \t\n%*s\n\ntwo\n\n", 1600, "", 1600, "");
	sound(&n);
	CHECK(strstr(line, " | one two | goal"));
	CHECK(strstr(line, " | last: one two | needed"));
	CHECK(strstr(json, "\"text\":\"one\\ntwo\""));
	/* overrides, isolates, marks, zero width, tags, soft hyphen; joiners stay */
	snprintf(text, sizeof text, "a\u202eb\u2066c\u200ed\u061ce\u200bf\ufeffg"
		"\U000e0041h\u00adi\u2028j\u200dk");
	sound(&n);
	CHECK(strstr(line, " | abcdefghij\u200dk | goal"));
}

static void
text_forges_no_field(void)
{
	static const char want[] = "rca: FINE | a / task=b | task=claude-x | cwd=/a/b | red";
	struct notice n = plain(FINE,
		"\x1b[31mred\x1b[0m \x1b]0;title\x07 \xff \xc3 \r\n\x01\x7f x");

	n.event = "a | task=b\n";
	n.cwd = "/a|b";
	sound(&n);
	CHECK(!strncmp(line, want, strlen(want)));
}

static char *
repeat(const char *unit, size_t n)
{
	static char buf[LONG + 1];
	size_t k = strlen(unit), i = 0;

	for (; i + k <= n; i += k)
		memcpy(buf + i, unit, k);
	buf[i] = 0;
	return buf;
}

/* Each length around each bound, of escaped, of multibyte and of removed characters. */
static void
long_text_is_cut_at_a_character(void)
{
	static const char *const units[] = {
		"a", "\"", "\\", "\n", "\xc3\xa4", "\xf0\x9f\x8e\x89", "\x1b[m", "\xff", " ", "|"
	};
	static const size_t near[] = { 64, 96, 200, 400, 1024, 1400, 2048, 4096, 8192 };

	for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
		struct notice n = plain(ESCALATE, repeat(units[u], LONG));

		n.goal = n.reason = n.last = n.needed = n.cwd = n.dir = n.text;
		n.task = n.event = n.status = n.prefix = n.id = n.text;
		sound(&n);
		for (size_t i = 0; i < sizeof near / sizeof *near; i++)
			for (size_t k = near[i] - 6; k < near[i] + 6; k++) {
				n = plain(DONE, repeat(units[u], k));
				n.last = n.text;
				sound(&n);
			}
	}
	sound(&(struct notice){ .prefix = "rca:", .event = "", .id = "", .at = "", .task = "",
		.dir = "", .cwd = "", .status = "", .reason = "", .goal = "", .last = "",
		.needed = "", .text = "" });
	CHECK(!strcmp(line, "rca: FINE |  | task= | cwd= |") || strstr(line, "rca: FINE"));
}

static void
a_cut_is_seen(void)
{
	struct notice n = plain(DONE, repeat("x", 9000));

	sound(&n);
	CHECK(strlen(strstr(json, "\"text\":\"")) > 8192 && strstr(json, "xxx...\",\"nudges\""));
	CHECK(!strcmp(line + strlen(line) - 4, "x..."));
	n.text = repeat("x", 8191);
	format_json(&n, json);
	CHECK(strstr(json, "xxx\",\"nudges\""));
}

static void
a_notice_says_what_to_do(void)
{
	struct task t = { .fd = -1, .path = "/r/tasks/claude-fix", .name = "claude-fix" };

	setenv("RCA_HOME", "/r", 1);
	CHECK(strstr(advice_trouble("failed", "failed", "401 authentication_failed"),
		"log the agent in"));
	CHECK(strstr(advice_trouble("StopFailure:billing_error", "running", ""), "account"));
	CHECK(strstr(advice_trouble("abandoned", "abandoned", "waiting_for_input"), "an answer"));
	CHECK(strstr(advice_trouble("failed", "failed", "check_failed: exit 2"), "check.log"));
	CHECK(strstr(advice_trouble("abandoned", "abandoned", "deadline"), "rca-launch -r"));
	CHECK(strstr(advice_trouble("x", "running", ""), "rca-log"));
	CHECK(!strcmp(advice_line(ADVICE_CONTINUE, &t, line, sizeof line),
		"rca-launch -r claude-fix && rca-monitor -d claude-fix"));
	CHECK(!strcmp(advice_line("then\nrca-reap -r @", &t, line, sizeof line),
		"then rca-reap -r claude-fix"));
	CHECK(!advice_part("then\nrca-reap -r @", 1, &t, line, sizeof line) &&
		!strcmp(line, "rca-reap -r claude-fix"));
	CHECK(advice_part("then\nrca-reap -r @", 2, &t, line, sizeof line) < 0);
	/* One that is elsewhere is named by its path, as one word; a trap by nothing. */
	strcpy(t.path, "/a b/it's/claude-fix");
	CHECK(!strcmp(advice_line("@", &t, line, sizeof line), "'/a b/it'\\''s/claude-fix'"));
	strcpy(t.path, "/a\033[8mb/claude-fix");
	CHECK(!strcmp(advice_line("@", &t, line, sizeof line), "TASK"));
}

/* As scripts written for them look for it. */
static void
an_older_prefix_has_the_older_form(void)
{
	static const struct { const char *event, *reason, *older; } all[] = {
		{ "PostToolUseFailure:500", "", "error:api_500" }, { "PostToolUseFailure:503", "",
			"error:api_503" }, { "PostToolUseFailure:Bash", "", "error:Bash" },
		{ "StopFailure:server_error", "", "error:api_500" }, { "StopFailure:529", "",
			"error:api_529" }, { "StopFailure:billing_error", "", "error:billing_error"
			},
		{ "Stop", "", "stopped:end_turn:prompt_back" }, { "Stop:max_tokens", "",
			"stopped:max_tokens" }, { "completed", "end", "stopped:end_turn:prompt_back"
			},
		{ "Notification:permission_prompt", "", "notification:permission" }, {
			"Notification:idle_prompt", "", "notification:idle" },
		{ "Notification:elicitation_dialog", "", "notification:elicitation_dialog" }, {
			"failed", "500 server_error: x", "error:api_500" }, { "failed",
			"check_failed: exit 1", "error:failed" },
		{ "failed", "401", "error:api_401" }, { "failed", "5000 x", "error:failed" }, {
			"hung", "", "stopped:hung" }, { "look", "", "look" }, { "", "", "" }
	};
	struct notice n = plain(NEEDS_NUDGE, "go on");

	n.prefix = "cc-supervisor:";
	n.event = "PostToolUseFailure:500";
	sound(&n);
	CHECK(!strcmp(line, "cc-supervisor: NEEDS_NUDGE | error:api_500 | cwd=/p | go on"));
	CHECK(strstr(json, "\"event\":\"PostToolUseFailure:500\""));
	CHECK(strstr(json, "\"task\":\"claude-x\""));
	n.verdict = DONE;
	n.event = "Stop";
	sound(&n);
	CHECK(!strcmp(line, "cc-supervisor: DONE | stopped:end_turn:prompt_back | cwd=/p | go on"));
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char buf[64];

		format_older_event(all[i].event, all[i].reason, buf, sizeof buf);
		if (strcmp(buf, all[i].older))
			fail(__LINE__, all[i].older);
	}
}

int
main(void)
{
	an_older_prefix_has_the_older_form();
	a_line_has_its_fields();
	empty_lines_are_dropped();
	text_forges_no_field();
	long_text_is_cut_at_a_character();
	a_cut_is_seen();
	a_notice_says_what_to_do();
	puts("format: ok");
	return 0;
}
