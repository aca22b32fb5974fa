/* events_test - progress, what is shown, and the final text, for input of every kind */
#include <math.h>

#include "base/utf8.h"
#include "events/events.h"
#include "task/failure.h"
#include "../tree_files.h"
#include "agent/stream_rules.h"

static int failed;
static char shown[1 << 20];
static size_t nshown;

static void
show(void *ctx, const char *s, size_t n)
{
	(void)ctx;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' && s[i] != '\n' && s[i] != '\t') {
			printf("%s:%d: control character %d in the output\n", __FILE__, __LINE__,
				s[i]);
			failed = 1;
		}
	if (nshown + n < sizeof shown) {
		memcpy(shown + nshown, s, n);
		nshown += n;
	}
	shown[nshown] = '\0';
}

#define YES(what) yes(__LINE__, #what, (what))
#define SHOWN(want) is_shown(__LINE__, want)
#define SAME(got, want) same(__LINE__, got, want)

static void
yes(int line, const char *what, int is)
{
	if (is)
		return;
	printf("%s:%d: not so: %s\n", __FILE__, line, what);
	failed = 1;
}

static void
same(int line, const char *got, const char *want)
{
	if (strcmp(got, want) == 0)
		return;
	printf("%s:%d: '%s', not '%s'\n", __FILE__, line, got, want);
	failed = 1;
}

/* What was shown since the last check. */
static void
is_shown(int line, const char *want)
{
	same(line, shown, want);
	shown[nshown = 0] = '\0';
}

static struct agent *
parse(const char *text)
{
	char why[WHY];
	struct agent *a = stream_rules_parse("test", text, strlen(text), why);

	if (!a) {
		printf("%s\n", why);
		exit(1);
	}
	return a;
}

static struct events *
begin(const struct agent *a)
{
	struct events *e = events_new(a, show, NULL);

	if (!e)
		exit(1);
	shown[nshown = 0] = '\0';
	return e;
}

static void
feed(struct events *e, const char *line)
{
	events_feed(e, line, strlen(line), 1000);
	events_feed(e, "\n", 1, 1000);
}

/* claude, and a simple agent file of the same shape where that is easier to write. */
static const char simple[] =
	"event.text=t=text c[].k!=hidden : text=c[].s\n"
	"event.tool=t=tool : id=id name=n summary=s|o\n"
	"event.toolend=t=toolend : id=id failed=f output=o name=n summary=s\n"
	"event.usage=t=use : id=id in=i+j out=o cost=c\n"
	"event.retry=t=retry : code=c kind=k text=s attempt=a max=m\n"
	"event.limit=t=limit : at=at text=s\n"
	"event.error=t=error : code=c kind=k text=s[*]|s in=i turns=n\n"
	"event.open=t=open\n"
	"event.end=t=end : result=r in=i out=o cost=c turns=n\n"
	"event.session=t=hello : id=id\n"
	"sort=lost text gone away\nsort=permanent text never again\nsort=limited text come back\n"
	"stderr.session=session ([a-z0-9]+)\nstderr.retry=again: (.*)\nstderr.drop=^debug\n"
	"session=none\n";

/* Code, kind and text together are cut at a character. */
static void
long_error(void)
{
	struct agent *a = parse(simple);
	struct events *e = begin(a);
	char line[2048] = "{\"t\":\"error\",\"k\":\"kind\",\"s\":\"";

	for (int i = 0; i < 300; i++)
		strcat(line, "\u20ac");
	strcat(line, "\"}");
	feed(e, line);
	YES(strlen(events_progress(e)->error) > PROGRESS_TEXT - 8 &&
		utf8_plain(events_progress(e)->error, PROGRESS_TEXT) ==
		strlen(events_progress(e)->error));
	events_free(e);
	agent_free(a);
}

static void
moments(void)
{
	struct agent *a = tree_agent("claude");
	struct events *e = begin(a);
	const struct progress *p = events_progress(e);
	size_t n;
	char *s = tree_file("t/data/streams/claude/toolfail.stdout.jsonl", &n), *line = s, *end;
	static const struct { enum phase phase; long open; long long turns, in; const char *tool;
		} after[] = {
		{PHASE_THINKING, 0, 0, 0, ""},
			{PHASE_TOOL, 1, 1, 100, "Bash: echo oops >&2; exit 3"},
			{PHASE_THINKING, 0, 1, 100, ""}, {PHASE_THINKING, 0, 2, 200, ""},
			{PHASE_ENDED, 0, 2, 200, ""}
	};

	YES(p->phase == PHASE_STARTING && p->events == 0 && !*p->session);
	for (size_t i = 0; (end = strchr(line, '\n')); i++, line = end + 1) {
		events_feed(e, line, (size_t)(end - line), 1000);
		/* not before the line is whole */
		YES(i == 0 ? p->phase == PHASE_STARTING : p->phase == after[i - 1].phase);
		events_feed(e, "\n", 1, 1000);
		YES(i < 5 && p->phase == after[i].phase && p->open_tools == after[i].open &&
			p->turns == after[i].turns && p->tokens_in == after[i].in);
		SAME(p->tool, after[i].tool);
		YES(p->events == (long long)i + 1 && p->ended == (i == 4));
	}
	SAME(p->session, "ec3f8e9c-8271-4b98-b06d-d1f7b684f60f");
	SAME(p->text, "Stub answer: the tool failed.");
	YES(fabs(p->cost_usd - 0.002) < 1e-9 && p->tokens_out == 40);
	SHOWN("> Bash: echo oops >&2; exit 3\n! failed\n  Exit code 3\n  oops\nStub answer: the "
		"tool failed.\n= turn ended: 2 turns, 200 in, 40 out, $0.0020\n");
	free(s);
	events_free(e);
	agent_free(a);
}

static void
tools(void)
{
	struct agent *a = parse(simple);
	struct events *e = begin(a);
	const struct progress *p = events_progress(e);
	char line[128];

	feed(e, "{\"t\":\"tool\",\"id\":\"1\",\"n\":\"Read\",\"s\":\"a.c\"}");
	feed(e, "{\"t\":\"tool\",\"id\":\"2\",\"n\":\"Bash\",\"s\":\"make\\n  all\"}");
	feed(e, "{\"t\":\"tool\",\"id\":\"2\",\"n\":\"Bash\",\"s\":\"make\\n  all\"}");
	YES(p->open_tools == 2 && p->phase == PHASE_TOOL);
	SAME(p->tool, "Bash: make   all");
	feed(e, "{\"t\":\"toolend\",\"id\":\"2\",\"f\":false}");
	YES(p->open_tools == 1);
	SAME(p->tool, "Read: a.c");
	feed(e, "{\"t\":\"toolend\",\"id\":\"9\",\"n\":\"Web\",\"f\":7,\"o\":\"x\"}");
	feed(e, "{\"t\":\"toolend\",\"id\":\"1\"}");
	YES(p->open_tools == 0 && p->phase == PHASE_THINKING && !*p->tool);
	SHOWN("> Read: a.c\n> Bash: make   all\n> Web\n! failed (7)\n  x\n");
	/* without ids each call is another one, and the last one ends first */
	feed(e, "{\"t\":\"tool\",\"n\":\"A\"}");
	feed(e, "{\"t\":\"tool\",\"n\":\"B\",\"o\":{\"x\":[1]}}");
	YES(p->open_tools == 2);
	SAME(p->tool, "B: {\"x\":[1]}");
	feed(e, "{\"t\":\"toolend\"}");
	SAME(p->tool, "A");
	feed(e, "{\"t\":\"end\"}");
	YES(p->open_tools == 0 && p->phase == PHASE_ENDED);
	for (int i = 0; i < 200; i++) {
		snprintf(line, sizeof line, "{\"t\":\"tool\",\"id\":%d,\"n\":\"T\"}", i);
		feed(e, line);
	}
	YES(p->open_tools == 64);
	for (int i = 0; i < 200; i++) {
		snprintf(line, sizeof line, "{\"t\":\"toolend\",\"id\":%d,\"f\":true}", i);
		feed(e, line);
	}
	YES(p->open_tools == 0);
	events_free(e);
	agent_free(a);
}

static void
usage(void)
{
	struct agent *a = parse(simple);
	struct events *e = begin(a);
	const struct progress *p = events_progress(e);

	feed(e, "{\"t\":\"use\",\"id\":\"m1\",\"i\":10,\"j\":5,\"o\":1,\"c\":0.5}");
	feed(e, "{\"t\":\"use\",\"id\":\"m1\",\"i\":10,\"j\":5,\"o\":7,\"c\":0.75}");
	YES(p->turns == 1 && p->tokens_in == 15 && p->tokens_out == 7 &&
		fabs(p->cost_usd - 0.75) < 1e-9);
	feed(e, "{\"t\":\"use\",\"id\":\"m2\",\"i\":1}");
	/* two that take turns, as subagents do */
	feed(e, "{\"t\":\"use\",\"id\":\"m1\",\"i\":20,\"o\":8}");
	YES(p->turns == 2 && p->tokens_in == 21 && p->tokens_out == 8);
	feed(e, "{\"t\":\"use\",\"i\":1}");
	feed(e, "{\"t\":\"use\",\"i\":1}");
	YES(p->turns == 4 && p->tokens_in == 23);
	feed(e, "{\"t\":\"use\",\"id\":\"m3\",\"i\":-5,\"o\":\"many\",\"c\":1e999}");
	YES(p->turns == 5 && p->tokens_in == 23 && p->tokens_out == 8 && p->cost_usd >= 0);
	feed(e, "{\"t\":\"use\",\"id\":\"m3\",\"i\":99999999999999999999999999}");
	YES(p->tokens_in > 0);
	feed(e, "{\"t\":\"end\",\"i\":300,\"o\":0,\"c\":null,\"n\":9}");
	YES(p->tokens_in == 300 && p->tokens_out == 8 && p->turns == 9);
	events_free(e);
	agent_free(a);
}

static void
last_word(void)
{
	struct agent *a = parse(simple);
	struct events *e = begin(a);
	const struct progress *p = events_progress(e);

	setenv("TZ", "UTC0", 1);
	feed(e, "{\"t\":\"error\",\"c\":529,\"k\":\"overloaded\",\"s\":\"busy\"}");
	YES(p->phase == PHASE_ENDED && !p->ended && p->failure == FAIL_TRANSIENT);
	SAME(p->error, "529 overloaded: busy");
	feed(e, "{\"t\":\"retry\",\"c\":529,\"a\":1,\"m\":3}");
	YES(p->phase == PHASE_RETRYING && p->failure == FAIL_NONE && !*p->error);
	feed(e, "{\"t\":\"other\"}");
	YES(p->phase == PHASE_THINKING);
	feed(e, "{\"t\":\"end\"}");
	YES(p->ended && p->phase == PHASE_ENDED);
	feed(e, "{\"t\":\"open\"}");
	YES(!p->ended && p->phase == PHASE_THINKING);
	feed(e, "{\"t\":\"end\"}");
	feed(e, "{\"t\":\"error\",\"s\":[\"one\",\"two\"]}");
	YES(!p->ended && p->failure == FAIL_TRANSIENT);
	SAME(p->error, "one two");
	feed(e, "{\"t\":\"error\",\"c\":400}"); /* more of the same error */
	SAME(p->error, "400 one two");
	YES(p->failure == FAIL_PERMANENT);
	feed(e, "{\"t\":\"end\"}");
	YES(p->ended && p->failure == FAIL_NONE && !*p->error);
	SHOWN("! 529 overloaded: busy\n~ retry 1/3: 529\n= turn ended: 0 turns, 0 in, 0 out\n! one "
		"two\n= turn ended: 0 turns, 0 in, 0 out\n");
	/* limits */
	feed(e, "{\"t\":\"limit\",\"at\":5000,\"s\":\"five_hour\"}");
	feed(e, "{\"t\":\"error\",\"c\":429,\"k\":\"rate_limit\",\"s\":\"no more\"}");
	YES(p->failure == FAIL_LIMITED && p->resume_at == 5000);
	feed(e, "{\"t\":\"text\",\"c\":[{\"s\":\"works again\"}]}");
	feed(e, "{\"t\":\"open\"}");
	feed(e, "{\"t\":\"error\",\"c\":429,\"k\":\"rate_limit\",\"s\":\"slow down\"}");
	YES(p->failure == FAIL_TRANSIENT && p->resume_at == 0);
	feed(e, "{\"t\":\"open\"}");
	feed(e, "{\"t\":\"limit\",\"at\":1795230227000}");
	feed(e, "{\"t\":\"error\",\"c\":429,\"k\":\"rate_limit\"}");
	YES(p->failure == FAIL_LIMITED && p->resume_at == 1795230227);
	feed(e, "{\"t\":\"open\"}");
	feed(e, "{\"t\":\"error\",\"s\":\"come back in 2 hours\"}");
	/* the time in an event is better than one in a text */
	YES(p->failure == FAIL_LIMITED && p->resume_at == 1795230227);
	events_free(e);
	e = begin(a);
	feed(e, "{\"t\":\"error\",\"s\":\"come back in 2 hours\"}");
	YES(events_progress(e)->failure == FAIL_LIMITED &&
		events_progress(e)->resume_at == 1000 + 7200);
	events_free(e);
	agent_free(a);
}

static int
err_line(struct events *e, const char *s)
{
	return events_stderr(e, s, strlen(s), 1000);
}

static const char background_rules[] =
	"sums=turn\n"
	"event.backgroundend=t=list : name='task'\n"
	"event.background=t=list l[].i? : id=l[].i name='task' summary=l[].s\n"
	"event.background=t=wake : id='w' name='wakeup'\n"
	"event.backgroundend=t=woken : name='wakeup'\n"
	"event.background=t=start : id=i name='task'\n"
	"event.backgroundend=t=over : id=i\n"
	"event.backgroundend=t=allover\n"
	"event.open=t=open\n"
	"event.usage=t=use : id=i in=in out=o\n"
	"event.end=t=end : result=r turns=n in=in out=o cost=c\n";

/* An agent that says its last word while work is open waits for it; the number is remembered. */
static void
background(void)
{
	struct agent *a = parse(background_rules);
	struct events *e = begin(a);
	const struct progress *p = events_progress(e);

	feed(e, "{\"t\":\"list\",\"l\":[{\"i\":\"a\",\"s\":\"build\"},{\"i\":\"b\",\"s\":\"test\"},"
		"{\"s\":\"no id\"}]}");
	YES(p->background == 2 && p->phase == PHASE_THINKING && p->unfinished == 0);
	feed(e, "{\"t\":\"start\",\"i\":\"b\"}"); /* known already */
	YES(p->background == 2);
	feed(e, "{\"t\":\"wake\"}");
	feed(e, "{\"t\":\"end\",\"r\":\"first\",\"n\":2,\"in\":200,\"o\":40,\"c\":1}");
	YES(p->ended == 1 && p->background == 3 && p->unfinished == 3 &&
		p->phase == PHASE_BACKGROUND && p->turns == 2);
	SAME(p->tool, "wakeup");
	feed(e, "{\"t\":\"over\"}"); /* of nobody */
	feed(e, "{\"t\":\"over\",\"i\":\"nobody\"}");
	YES(p->background == 3);
	feed(e, "{\"t\":\"over\",\"i\":\"a\"}");
	feed(e, "{\"t\":\"list\",\"l\":[]}");
	YES(p->background == 1 && p->unfinished == 3);
	feed(e, "{\"t\":\"woken\"}");
	YES(p->background == 0 && p->unfinished == 3 && p->ended == 1 && p->phase == PHASE_ENDED &&
		!*p->tool);
	feed(e, "{\"t\":\"open\"}");
	YES(!p->ended);
	feed(e, "{\"t\":\"use\",\"i\":\"x\",\"in\":70,\"o\":1}");
	YES(p->turns == 3 && p->tokens_in == 270);
	feed(e, "{\"t\":\"end\",\"r\":\"second\",\"n\":1,\"in\":100,\"o\":20,\"c\":1.5}");
	YES(p->ended == 2 && p->unfinished == 0 && p->phase == PHASE_ENDED && p->turns == 3 &&
		p->tokens_in == 300 && p->tokens_out == 60 && p->cost_usd > 1.4);
	feed(e, "{\"t\":\"end\",\"n\":0,\"in\":0,\"o\":0,\"c\":1.5}"); /* it had nothing to say */
	YES(p->ended == 3 && p->turns == 3 && p->tokens_in == 300);
	SAME(events_result_short(e), "second");
	feed(e, "{\"t\":\"list\",\"l\":[{\"i\":\"c\"}]}"); /* begun after the last word, too */
	YES(p->unfinished == 1 && p->phase == PHASE_BACKGROUND);
	feed(e, "{\"t\":\"wake\"}");
	feed(e, "{\"t\":\"allover\"}");
	YES(p->background == 0 && p->unfinished == 2);
	SHOWN("= goes on in the background: 2 turns, 200 in, 40 out, $1.0000\n= turn ended: 3 "
		"turns, 300 in, 60 out, $1.5000\n");
	for (int i = 0; i < 100; i++) {
		char line[64];

		snprintf(line, sizeof line, "{\"t\":\"start\",\"i\":\"%d\"}", i);
		feed(e, line);
	}
	YES(p->background == 64);
	events_free(e);
	agent_free(a);
}

static void
complaints(void)
{
	struct agent *a = parse(simple);
	struct events *e = begin(a);
	const struct progress *p = events_progress(e);

	YES(err_line(e, "a warning") == 1 && err_line(e, "debug: x") == 0 && err_line(e, "") == 1);
	YES(err_line(e, "debug session abc1 parent") == 0);
	SAME(p->session, "abc1");
	err_line(e, "session other");
	SAME(p->session, "abc1"); /* the first one is it, later ones are others' */
	err_line(e, "again: 500 it said");
	YES(p->phase == PHASE_RETRYING);
	feed(e, "{\"t\":\"hello\",\"id\":\"xyz\"}");
	SAME(p->session, "xyz"); /* what an event says is better */
	YES(p->phase == PHASE_THINKING);
	err_line(e, "\033[31mError:\033[0m the conversation has GONE AWAY");
	err_line(e, "at line 5");
	YES(p->failure == FAIL_NONE);
	events_eof(e, 1000);
	YES(p->failure == FAIL_LOST);
	SAME(p->error, "Error: the conversation has GONE AWAY");
	SHOWN("~ retry: 500 it said\n");
	events_free(e);
	/* stderr may be read to its end after stdout */
	e = begin(a);
	events_eof(e, 1000);
	err_line(e, "never again");
	YES(events_progress(e)->failure == FAIL_PERMANENT);
	events_free(e);
	/* an end counts more than a complaint on stderr */
	e = begin(a);
	err_line(e, "gone away");
	feed(e, "{\"t\":\"end\"}");
	events_eof(e, 1000);
	YES(events_progress(e)->ended && events_progress(e)->failure == FAIL_NONE &&
		!*events_progress(e)->error);
	events_free(e);
	/* no line that sorts: the last line is kept */
	e = begin(a);
	err_line(e, "first");
	err_line(e, "last");
	err_line(e, "debug it");
	events_eof(e, 1000);
	YES(events_progress(e)->failure == FAIL_NONE);
	SAME(events_progress(e)->error, "last");
	events_stderr(e, "nul\0 in it", 10, 1000);
	SAME(events_progress(e)->error, "nul? in it");
	events_free(e);
	agent_free(a);
}

/* opencode reports on stderr what is not in its events. */
static void
opencode_log(void)
{
	struct agent *a = tree_agent("opencode");
	struct events *e = begin(a);
	const struct progress *p = events_progress(e);

	YES(err_line(e, "timestamp=2030-01-01T00:00:00.000Z level=INFO run=2 message=created "
		"id=ses_child1 slug=x parentID=ses_parent title=\"x\"") == 0);
	YES(!*p->session);
	YES(err_line(e, "timestamp=2030-01-01T00:00:00.000Z level=INFO run=2 message=created "
		"id=ses_e04244353ffete5SCWZDYdqXXp slug=quick-island workspaceID=undefined "
		"parentID=undefined title=\"x\"") == 0);
	SAME(p->session, "ses_e04244353ffete5SCWZDYdqXXp");
	YES(err_line(e, "timestamp=2030-01-01T00:00:00.000Z level=ERROR run=2 message=\"stream "
		"error\" providerID=a modelID=b error.error=\"AI_APICallError: stub says "
		"500\"") == 0);
	YES(p->phase == PHASE_RETRYING);
	SHOWN("~ retry: AI_APICallError: stub says 500\n");
	YES(err_line(e, "Error: something else") == 1);
	events_free(e);
	agent_free(a);
}

/* The order of keys, elements with and without the wanted value, and conditions of each kind. */
static void
rules(void)
{
	struct agent *a = parse("event.text=kind=x list[].type=say list[].quiet!=true : "
		"text=list[].text\n"
		"event.text=kind=y n>3 : text=s\n"
		"event.text=kind=z s~^a.c$ o!? : text=s\n"
		"event.text=kind=w s!~^a : text=s\n"
		"event.text=kind=all : text=deep.list[*].part[*].s\n"
		"event.text=kind=const v=\"two words\" : text='fixed text'\n"
		"event.text=kind=raw : text=none|obj\n"
		"event.text=kind=each l[].on=1 : text=l[].in[*].s|l[].in\n"
		"session=none\n");
	struct events *e = begin(a);

	feed(e, "{\"list\":[{\"text\":\"one\",\"type\":\"say\"},{\"type\":\"think\","
		"\"text\":\"hidden\"},{\"type\":\"say\",\"quiet\":true,\"text\":\"hidden\"},"
		"{\"type\":\"say\",\"text\":\"two\"},7],\"kind\":\"x\"}");
	SHOWN("one\ntwo\n");
	SAME(events_result_short(e), "one\ntwo");
	feed(e, "{\"kind\":\"x\",\"list\":[]}");
	feed(e, "{\"kind\":\"x\"}");
	feed(e, "{\"kind\":\"x\",\"list\":{\"type\":\"say\",\"text\":\"no array\"}}");
	SHOWN("");
	feed(e, "{\"kind\":\"y\",\"n\":4,\"s\":\"more\"}");
	feed(e, "{\"kind\":\"y\",\"n\":3,\"s\":\"not\"}");
	feed(e, "{\"kind\":\"y\",\"s\":\"not\"}");
	feed(e, "{\"s\":\"4.5 is more\",\"n\":\"4.5\",\"kind\":\"y\"}");
	SHOWN("more\n4.5 is more\n");
	feed(e, "{\"kind\":\"z\",\"s\":\"abc\"}");
	feed(e, "{\"kind\":\"z\",\"s\":\"abd\"}");
	feed(e, "{\"kind\":\"z\",\"s\":\"adc\",\"o\":null}");
	feed(e, "{\"kind\":\"z\",\"s\":\"aec\",\"o\":{}}");
	SHOWN("abc\nadc\n");
	feed(e, "{\"kind\":\"w\",\"s\":\"bc\"}");
	feed(e, "{\"kind\":\"w\",\"s\":\"ac\"}");
	SHOWN("bc\n");
	feed(e, "{\"kind\":\"all\",\"deep\":{\"list\":[{\"part\":[{\"s\":\"1\"},{\"s\":\"2\"}]},"
		"{\"part\":[{\"s\":\"3\"}]}]}}");
	SHOWN("1\n2\n3\n");
	SAME(events_result_short(e), "1\n2\n3");
	feed(e, "{\"kind\":\"const\",\"v\":\"two words\"}");
	SHOWN("fixed text\n");
	feed(e, "{\"kind\":\"raw\",\"none\":null,\"obj\":{\"a\":[1,\"x\\ny\"]}}");
	SHOWN("{\"a\":[1,\"x\\ny\"]}\n");
	feed(e, "{\"kind\":\"each\",\"l\":[{\"on\":1,\"in\":[{\"s\":\"a\"},{\"s\":\"b\"}]},"
		"{\"on\":0,\"in\":[{\"s\":\"c\"}]},{\"on\":1,\"in\":\"d\"}]}");
	SHOWN("a\nb\nd\n");
	feed(e, "{\"kind\":\"nothing\"}");
	YES(events_progress(e)->events == 19);
	events_free(e);
	agent_free(a);
}

static void
noise(void)
{
	struct agent *a = parse(simple);
	struct events *e = begin(a);
	const struct progress *p = events_progress(e);
	static const char nul[] = "no\0t js\1on\n{\"t\":\"hello\",\"id\":\"i\0d\"}\n"
		"{\"t\"\0:\"end\"}\n";

	feed(e, "Warning: \033[1mhello\033[0m\tworld");
	feed(e, "");
	feed(e, "   \t\r");
	feed(e, "{\"t\":\"end\"");
	feed(e, "{\"t\":\"end\"}}");
	feed(e, "{\"t\":\"end\",}");
	feed(e, "[{\"t\":\"end\"}]");
	feed(e, "\"end\"");
	feed(e, "42");
	YES(p->events == 0 && !p->ended && p->phase == PHASE_STARTING);
	SHOWN("Warning: hello\tworld\n{\"t\":\"end\"\n{\"t\":\"end\"}}\n{\"t\":\"end\",}\n"
		"[{\"t\":\"end\"}]\n\"end\"\n42\n");
	events_feed(e, nul, sizeof nul - 1, 1000);
	YES(p->events == 1 && !p->ended);
	SHOWN("not json\n{\"t\":\"end\"}\n");
	feed(e, "{\"t\":\"text\",\"c\":[{\"s\":\"bad \xff\xfe utf-8 \xe2\x82\"}]}");
	YES(p->events == 2);
	SHOWN("bad \xef\xbf\xbd\xef\xbf\xbd utf-8 \xef\xbf\xbd\n");
	feed(e, " {\"t\":\"text\",\"c\":[{\"s\":\"crlf\"}]} \r");
	SHOWN("crlf\n");
	/* half an event, of a killed agent */
	events_feed(e, "{\"t\":\"end\",\"r\":\"ha", 18, 1000);
	events_eof(e, 1000);
	YES(p->events == 3 && !p->ended);
	SHOWN("");
	events_free(e);
	/* a whole one without its newline */
	e = begin(a);
	events_feed(e, "{\"t\":\"end\"}", 11, 1000);
	YES(!events_progress(e)->ended);
	events_eof(e, 1000);
	YES(events_progress(e)->ended);
	events_free(e);
	/* half a line of noise */
	e = begin(a);
	events_feed(e, "half a line", 11, 1000);
	events_eof(e, 1000);
	SHOWN("half a line\n");
	events_free(e);
	agent_free(a);
}

static void
output(void)
{
	struct agent *a = parse(simple);
	struct events *e = begin(a);
	char *line = malloc(400000), *p = line;

	feed(e, "{\"t\":\"text\",\"c\":[{\"s\":\"two\\nlines\\n\\n\"},{\"s\":\"\"},"
		"{\"k\":\"hidden\",\"s\":\"no\"},"
		"{\"s\":\"\\u001b[31mred\\u001b[0m \\u0007bell \\u009b1mx\"}]}");
	SHOWN("two\nlines\nred bell x\n");
	SAME(events_progress(e)->text, "red bell x");
	feed(e, "{\"t\":\"text\",\"c\":[{\"s\":\"# head\\n\\n- last line  \\n  \\n\"}]}");
	SAME(events_progress(e)->text, "- last line");
	SHOWN("# head\n\n- last line  \n  \n");
	feed(e, "{\"t\":\"toolend\",\"o\":\"1\\n\\n3\\n4\\n5\\n6\\n7\\n8\\n\"}");
	SHOWN("  1\n\n  3\n  4\n  5\n  6\n  [... 3 more bytes in events.jsonl]\n");
	feed(e, "{\"t\":\"toolend\",\"o\":\"1\\n2\\n3\\n4\\n5\\n6\\n\\n\\n\"}");
	SHOWN("  1\n  2\n  3\n  4\n  5\n  6\n");
	feed(e, "{\"t\":\"toolend\",\"o\":\"50%\\r100%\\n\"}");
	SHOWN("  100%\n");
	p += sprintf(p, "{\"t\":\"toolend\",\"o\":\"");
	for (int i = 0; i < 800; i++)
		p += sprintf(p, "\xc3\xa4");
	sprintf(p, "\"}");
	feed(e, line);
	YES(strlen(shown) == 2 + 1500 + 1 + strlen("  [... 100 more bytes in events.jsonl]\n") &&
		strstr(shown, "  [... 100 more bytes"));
	shown[nshown = 0] = '\0';
	p = line + sprintf(line, "{\"t\":\"text\",\"c\":[{\"s\":\"");
	for (int i = 0; i < 50000; i++)
		p += sprintf(p, "x\xc3\xa4y");
	sprintf(p, "\"}]}");
	feed(e, line);
	YES(nshown > 32000 && nshown < 33000 &&
		strstr(shown, "\n[... 167233 more bytes in events.jsonl]\n"));
	shown[nshown = 0] = '\0';
	/* a summary and a reason are one line, however long */
	p = line + sprintf(line, "{\"t\":\"tool\",\"n\":\"Bash\",\"s\":\"");
	for (int i = 0; i < 5000; i++)
		p += sprintf(p, "echo\\n");
	sprintf(p, "\"}");
	feed(e, line);
	YES(nshown < 260 && strchr(shown, '\n') == shown + nshown - 1 && strstr(shown, "...\n"));
	/* a line that is repeated is shown once */
	shown[nshown = 0] = '\0';
	for (int i = 0; i < 5; i++)
		feed(e, "{\"t\":\"retry\",\"s\":\"no network\"}");
	SHOWN("~ retry: no network\n");
	free(line);
	events_free(e);
	agent_free(a);
}

struct sum {
	long long n;
	unsigned long long h;
	char first[64];
};

static int
add(void *ctx, const char *s, size_t n)
{
	struct sum *c = ctx;

	for (size_t i = 0; i < n; i++, c->n++) {
		if (c->n < 63)
			c->first[c->n] = s[i];
		c->h = (c->h ^ (unsigned char)s[i]) * 1099511628211ULL;
	}
	return c->n > 100LL << 20;
}

/* A result of 50 MB, in pieces of 60000 bytes both times. */
static void
big_result(void)
{
	enum { UNITS = 50 << 16 }; /* of 16 bytes in the text */
	static const char unit[] = "\\u00e4\\n1234567890123", plain[] = "\xc3\xa4\n1234567890123";
	struct agent *a = tree_agent("claude");
	struct events *e = begin(a);
	size_t n = 0, room = (size_t)UNITS * (sizeof unit - 1) + 4096;
	char *line = malloc(room);
	struct sum got, want = {.n = 0};
	long long off, len;

	if (!line)
		exit(1);
	n += (size_t)sprintf(line, "{\"result\":\"");
	for (int i = 0; i < UNITS; i++) {
		memcpy(line + n, unit, sizeof unit - 1);
		n += sizeof unit - 1;
		add(&want, plain, sizeof plain - 1);
	}
	n += (size_t)sprintf(line + n, "\",\"is_error\":false,\"type\":\"result\",\"num_turns\":3,"
		"\"total_cost_usd\":1.5}");
	events_feed(e, "noise\n{}\n", 9, 1000);
	for (size_t i = 0; i < n; i += 60000)
		events_feed(e, line + i, n - i < 60000 ? n - i : 60000, 1000);
	events_feed(e, "\n", 1, 1000);
	YES(events_progress(e)->ended && events_progress(e)->turns == 3);
	events_result_where(e, &off, &len);
	YES(off == 9 && len == (long long)n);
	for (int again = 0; again < 2; again++) {
		got = (struct sum){.n = 0};
		for (size_t i = 0; i < n; i += 60000)
			YES(events_result_feed(e, line + i, n - i < 60000 ? n - i : 60000, add,
				&got) == 0);
		YES(got.n == 50LL << 20 && got.n == want.n && got.h == want.h);
	}
	YES(strlen(events_result_short(e)) == 32 * 1024 &&
		strncmp(events_result_short(e), plain, sizeof plain - 1) == 0);
	free(line);
	events_free(e);
	agent_free(a);
}

static int
stop(void *ctx, const char *s, size_t n)
{
	(void)s;
	*(long long *)ctx += (long long)n;
	return 5;
}

/* The result is joined of the elements that were text, and only those. */
static void
joined_result(void)
{
	struct agent *a = parse(simple);
	struct events *e = begin(a);
	static const char line[] = "{\"c\":[{\"s\":\"one\"},{\"s\":\"no\",\"k\":\"hidden\"},"
		"{\"x\":{\"s\":\"no\"}},{\"s\":\"two\\u0021\"},{\"s\":null}],\"s\":\"no\","
		"\"t\":\"text\"}";
	struct sum got = {.n = 0};
	long long off, len, n = 0;

	events_result_where(e, &off, &len);
	YES(len == 0);
	feed(e, "{\"t\":\"text\",\"c\":[{\"s\":\"older\"}]}");
	feed(e, line);
	feed(e, "{\"t\":\"text\",\"c\":[{\"k\":\"hidden\",\"s\":\"no\"}]}");
	events_result_where(e, &off, &len);
	YES(len == (long long)strlen(line));
	for (size_t i = 0; line[i]; i++)
		events_result_feed(e, line + i, 1, add, &got);
	SAME(got.first, "one\ntwo!");
	SAME(events_result_short(e), "one\ntwo!");
	YES(events_result_feed(e, line, strlen(line), stop, &n) == 5 && n == 3);
	feed(e, "{\"t\":\"end\"}"); /* says nothing of a result */
	events_result_where(e, &off, &len);
	YES(len == (long long)strlen(line));
	feed(e, "{\"t\":\"end\",\"r\":\"\"}");
	SAME(events_result_short(e), "");
	events_free(e);
	agent_free(a);
}

/* Text in pieces (as gemini prints it), with other events and noise between them. */
static void
parts(void)
{
	struct agent *a = parse("event.part=t=say role=me : text=s\nevent.tool=t=tool : id=id "
		"name=n\nevent.usage=t=use : in=i\nevent.end=t=end\nsession=none\n");
	struct events *e = begin(a);
	static const char stream[] =
		"{\"t\":\"say\",\"role\":\"me\",\"s\":\"let me "
			"\"}\n{\"t\":\"say\",\"role\":\"me\",\"s\":\"look\"}\n"
			"{\"t\":\"tool\",\"n\":\"ls\"}\n"
		"{\"s\":\"It \",\"role\":\"me\",\"t\":\"say\"}\n"
		"{\"t\":\"say\",\"role\":\"you\",\"s\":\"no\"}\nnoise\n{\"t\":\"use\",\"i\":5}\n"
		"{\"t\":\"say\",\"role\":\"me\",\"s\":\"\"}\n"
		"{\"t\":\"say\",\"role\":\"me\",\"s\":\"works\\n\\nIndee\"}\n"
		"{\"t\":\"say\",\"role\":\"me\",\"s\":\"d.\\n\"}\n{\"t\":\"end\"}\n";
	struct sum got;
	long long off, len;

	events_feed(e, stream, sizeof stream - 1, 1000);
	events_eof(e, 1000);
	SHOWN("let me look\n> ls\nIt \nnoise\nworks\n\nIndeed.\n= turn ended: 1 turn, 5 in, 0 "
		"out\n");
	SAME(events_progress(e)->text, "Indeed.");
	SAME(events_result_short(e), "It works\n\nIndeed.\n");
	events_result_where(e, &off, &len);
	for (int again = 0; again < 2; again++) {
		got = (struct sum){.n = 0};
		for (long long i = 0; i < len; i++)
			events_result_feed(e, stream + off + i, 1, add, &got);
		SAME(got.first, "It works\n\nIndeed.\n");
	}
	events_free(e);
	/* a run of them that is longer than any buffer */
	e = begin(a);
	for (int i = 0; i < 20000; i++)
		feed(e, "{\"t\":\"say\",\"role\":\"me\",\"s\":\"0123456789\"}");
	feed(e, "{\"t\":\"end\"}");
	events_result_where(e, &off, &len);
	got = (struct sum){.n = 0};
	for (int i = 0; i < 20000; i++) {
		static const char line[] = "{\"t\":\"say\",\"role\":\"me\",\"s\":\"0123456789\"}\n";

		events_result_feed(e, line, sizeof line - 1 - (i == 19999), add, &got);
	}
	YES(got.n == 200000 && strstr(shown, "\n[... 167232 more bytes in events.jsonl]\n= turn "
		"ended"));
	SAME(events_progress(e)->text + 502, "123456789"); /* its end, not its beginning */
	events_free(e);
	/* one alone, however long, is whole */
	e = begin(a);
	{
		size_t n = 0, big = 100000;
		char *line = malloc(big + 64);

		if (!line)
			exit(1);
		n += (size_t)sprintf(line, "{\"t\":\"say\",\"role\":\"me\",\"s\":\"");
		memset(line + n, 'z', big);
		strcpy(line + n + big, "\"}");
		feed(e, line);
		events_result_where(e, &off, &len);
		got = (struct sum){.n = 0};
		events_result_feed(e, line, strlen(line), add, &got);
		YES(off == 0 && len == (long long)strlen(line) && got.n == 100000);
		free(line);
	}
	events_free(e);
	agent_free(a);
}

/* An agent whose events no rule wants. */
static void
no_rules(void)
{
	static const char *const files[] = {"session=none\n", "event.open=\nsession=none\n",
		"event.end=\nsession=none\n"};

	for (size_t i = 0; i < 3; i++) {
		struct agent *a = parse(files[i]);
		struct events *e = begin(a);

		feed(e, "{\"type\":\"x\",\"y\":[1,{}]}");
		feed(e, "noise");
		YES(events_progress(e)->events == 1 && events_progress(e)->ended == (i == 2) &&
			strstr(shown, "noise\n"));
		events_free(e);
		agent_free(a);
	}
}

/* More than any table holds. */
static void
too_much(void)
{
	struct agent *a = parse(simple);
	struct events *e = begin(a);
	size_t room = 40 << 20, n = 0;
	char *line = malloc(room);

	if (!line)
		exit(1);
	n += (size_t)sprintf(line, "{\"t\":\"text\",\"c\":[");
	for (int i = 0; i < 20000; i++)
		n += (size_t)sprintf(line + n, "{\"s\":\"%d\"},", i);
	n += (size_t)sprintf(line + n, "{}]}");
	feed(e, line);
	YES(events_progress(e)->events == 1 && strncmp(shown, "0\n1\n2\n", 6) == 0);
	n = (size_t)sprintf(line, "{\"c\":[");
	for (int i = 0; i < 20; i++) {
		n += (size_t)sprintf(line + n, "{\"s\":\"");
		memset(line + n, 'a' + i, 100000);
		n += 100000;
		n += (size_t)sprintf(line + n, "\"},");
	}
	n += (size_t)sprintf(line + n, "{}],\"t\":\"text\"}");
	feed(e, line);
	YES(events_progress(e)->events == 2);
	n = (size_t)sprintf(line, "{\"t\":\"tool\",\"o\":{\"x\":\"");
	memset(line + n, 'y', 30 << 20);
	n += 30 << 20;
	sprintf(line + n, "\"}}");
	shown[nshown = 0] = '\0';
	feed(e, line);
	YES(events_progress(e)->events == 3 && nshown < 300 && events_progress(e)->open_tools == 1);
	free(line);
	events_free(e);
	agent_free(a);
}

/* Random input: nothing may break, and the split must not matter. */
static void
scrambled(void)
{
	struct agent *a = tree_agent("claude");
	size_t n;
	char *seed = tree_file("t/data/streams/claude/toolfail.stdout.jsonl", &n), *s = malloc(n),
		*first = malloc(sizeof shown);

	for (int i = 0; i < 300; i++) {
		struct events *e = begin(a);
		struct progress p;

		memcpy(s, seed, n);
		for (int k = rand() % 20; k >= 0; k--)
			s[(size_t)rand() % n] = rand() % 3 ? "{}[]\",:\\u0\n 1tfn"[rand() % 17]
				: (char)rand();
		events_feed(e, s, n, 1000);
		events_eof(e, 1000);
		p = *events_progress(e);
		events_free(e);
		strcpy(first, shown);
		e = begin(a);
		for (size_t at = 0, k; at < n; at += k) {
			k = (size_t)rand() % 50 + 1;
			k = k < n - at ? k : n - at;
			events_feed(e, s + at, k, 1000);
		}
		events_eof(e, 1000);
		YES(strcmp(first, shown) == 0 && p.events == events_progress(e)->events &&
			p.ended == events_progress(e)->ended &&
			p.tokens_in == events_progress(e)->tokens_in);
		events_free(e);
	}
	free(first);
	free(seed);
	free(s);
	agent_free(a);
}

int
main(void)
{
	srand(5);
	moments();
	long_error();
	tools();
	usage();
	last_word();
	background();
	complaints();
	opencode_log();
	rules();
	noise();
	output();
	big_result();
	joined_result();
	parts();
	no_rules();
	too_much();
	scrambled();
	if (!failed)
		puts("events: ok");
	return failed;
}
