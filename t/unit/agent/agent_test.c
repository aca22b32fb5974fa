/* agent_test - agents' files, right and wrong, and all that is read from them */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/classify.h"
#include "agent/rules.h"
#include "task/failure.h"
#include "../tree_files.h"
#include "agent/stream_rules.h"

static int failed;

static void
fail(int line, const char *what, const char *got, const char *want)
{
	printf("%s:%d: %s: %s, not %s\n", __FILE__, line, what, got ? got : "(null)",
		want ? want : "(null)");
	failed = 1;
}

#define SAME(what, got, want) same(__LINE__, what, got, want)
#define YES(what) yes(__LINE__, #what, what)

static void
same(int line, const char *what, const char *got, const char *want)
{
	if (got != want && (!got || !want || strcmp(got, want) != 0))
		fail(line, what, got, want);
}

static void
yes(int line, const char *what, int is)
{
	if (!is)
		fail(line, what, "no", "yes");
}

static struct agent *
parse(const char *text)
{
	char why[WHY] = "";
	struct agent *a = stream_rules_parse("file", text, strlen(text), why);

	if (!a)
		fail(__LINE__, text, why, "an agent");
	return a;
}

static const char *
env(void *ctx, const char *name)
{
	char **e = ctx;

	for (; *e; e += 2)
		if (strcmp(*e, name) == 0)
			return e[1];
	return NULL;
}

static char none[] = "";

static void
argv_is(int line, char **argv, const char *want)
{
	char got[4096] = "";

	for (size_t i = 0; argv && argv[i]; i++) {
		strcat(got, i ? "|" : "");
		strcat(got, argv[i]);
	}
	same(line, "argv", argv ? got : NULL, want);
	free(argv);
}

static void
templates(void)
{
	struct agent *a = parse("start=prog --a 'b c'  \"{model} x\" -m {model} --s={session} "
		"{HOME}/{TEST_1} -d {dir} pre{project}post '{model}' -\n"
		"resume=prog {session} -f {session_file} -- {model}\ninteractive=x "
			"{prompt}\nsession=pin\n");
	char *vars[] = {(char []){"HOME"}, (char []){"/home/u"}, (char []){"TEST_1"},
		(char []){"v"}, NULL};
	struct template_vars v = {.model = "opus 4", .session = "id", .dir = "/d",
		.project = "/p q", .prompt = "do it", .env = env, .ctx = vars};
	struct template_vars few = {.model = "", .session = NULL, .dir = "/d", .env = env,
		.ctx = vars};
	struct template_vars nothing = {.model = NULL};

	argv_is(__LINE__, agent_argv(a, "start", &v),
		"prog|--a|b c|opus 4 x|-m|opus 4|--s=id|/home/u/v|-d|/d|pre/p qpost|{model}|-");
	argv_is(__LINE__, agent_argv(a, "start", &few), "prog|--a|b c|/home/u/v|-d|/d|{model}|-");
	argv_is(__LINE__, agent_argv(a, "start", &nothing), "prog|--a|b c|{model}|-");
	argv_is(__LINE__, agent_argv(a, "resume", &v), "prog|id|--|opus 4");
	argv_is(__LINE__, agent_argv(a, "resume", &nothing), "prog|--");
	argv_is(__LINE__, agent_argv(a, "interactive", &v), "x|do it");
	errno = 0;
	argv_is(__LINE__, agent_argv(a, "interactive_resume", &v), NULL);
	YES(errno == EINVAL);
	agent_free(a);
	a = parse("start={model}\nsession=none\n");
	argv_is(__LINE__, agent_argv(a, "start", &nothing), NULL);
	agent_free(a);
}

static void
keys(void)
{
	struct agent *a = parse("# a comment\n\n  start=x "
		"{prompt}\r\nprompt=arg\nsession=none\nread=pty\nsilence=40\nalias.fast=model-1\n"
		"env.A=1\nenv.B=x=y z\n"
		"env.root.SANDBOX=yes\nx-note=anything = goes\nenv.C=");
	size_t n = 0;

	YES(agent_prompt(a) == PROMPT_ARG && agent_session(a) == SESSION_NONE &&
		agent_read(a) == READ_PTY);
	SAME("silence", agent_get(a, "silence"), "40");
	SAME("x-note", agent_get(a, "x-note"), "anything = goes");
	SAME("none", agent_get(a, "open"), NULL);
	SAME("alias", agent_model(a, "fast"), "model-1");
	SAME("no alias", agent_model(a, "slow"), "slow");
	SAME("no prefix of one", agent_model(a, "fas"), "fas");
	SAME("env 0", agent_env(a, 0), "A=1");
	SAME("env 1", agent_env(a, 1), "B=x=y z");
	while (agent_env(a, n))
		n++;
	YES(n == (geteuid() == 0 ? 4 : 3));
	SAME("root's", agent_env(a, 2), geteuid() == 0 ? "SANDBOX=yes" : "C=");
	YES(stream_rules_of(a)->nrules == 0);
	agent_free(a);
	a = parse("");
	YES(agent_prompt(a) == PROMPT_STDIN && agent_session(a) == SESSION_NONE &&
		agent_read(a) == READ_PIPE);
	agent_free(a);
}

/* Each wrong file and what must be in the message. */
static void
wrong(void)
{
	static const struct { const char *text, *say; } files[] = {
		{"start=x\nsession=none\nstrat=y\n", "line 3: 'strat': no such key"},
		{"start=x\nsession=none\nstart=y\n", "line 3: start: given before, in line 1"},
		{"start\n", "line 1: 'start': key=value expected"},
		{"=x\n", "line 1: '': no such key"},
		{"start=\n", "line 1: no word in it"},
		{"start=x 'y\n", "line 1: ''y': unclosed quote"},
		{"start=x {modle}\n", "unknown placeholder"},
		{"start=x {model\n", "unknown placeholder"},
		{"prompt=file\n", "'file' is not one of: stdin arg none"},
		{"session=\n", "'' is not one of"},
		{"read=pip\n", "'pip' is not one of"},
		{"silence=5m\n", "line 1: '5m' is not a number of seconds"},
		{"silence=99999999\n", "not a number of seconds"},
		{"env.1A=x\n", "not the name of an environment variable"},
		{"env.A B=x\n", "not the name of an environment variable"},
		{"env.root.=x\n", "not the name of an environment variable"},
		{"stderr.drop=(\n", "not an extended regular expression"},
		{"stderr.session=id=x\n", "has no group ( )"},
		{"sort=worse text x\n", "'worse' is not one of: transient limited permanent lost"},
		{"sort=lost word x\n", "'word' is not one of: code kind text any"},
		{"sort=lost text\n", "CLASS FIELD REGEX expected"},
		{"sort=lost text [\n", "not an extended regular expression"},
		{"event.txt=a=b : text=c\n", "event.txt: no such event"},
		{"event.text=a=b text=c\n", "field text is missing"},
		{"event.text=a=b : txt=c\n", "is not a field of text"},
		{"event.text=a=b : id=c\n", "is not a field of text"},
		{"event.text=a=b : text=c text=d\n", "field text given twice"},
		{"event.text=a : text=c\n", "condition 'a : text=c': ="},
		{"event.text=a..b=c : text=d\n", "path expected at '.b=c"},
		{"event.text=.a=c : text=d\n", "path expected"},
		{"event.text=a[1]=c : text=d\n", "[] or [*] expected"},
		{"event.text=a>b : text=d\n", "number expected after >"},
		{"event.text=a~( : text=d\n", "expression '('"},
		{"event.text=a='b : text=d\n", "a quote is not closed"},
		{"event.text=a='b'c : text=d\n", "a blank expected"},
		{"event.text=a? : text=\n", "path expected"},
		{"event.text=a? : text=b|\n", "path expected"},
		{"event.text=a? : text=b+c\n", "is not a number"},
		{"event.text=a[].b=1 : text=c[].d\n", "one event cannot go through two arrays"},
		{"event.limit=a=1\n", "field at is missing"},
		{"event.background=a=1 : name=b\n", "field id is missing"},
		{"event.background=a=1 : id=b at=c\n", "'at' is not a field of background"},
		{"event.backgroundend=a=1 : summary=c\n",
			"'summary' is not a field of backgroundend"},
		{"sums=always\n", "'always' is not one of: session turn"},
		{"read=pty\nevent.text=a=1 : text=b\n", "read=pty has no events"},
		{"session=capture\nresume=x\n", "session=capture needs event.session="},
		{"session=pin\nstart=x\n", "resume= is missing"},
		{"session=none\nprompt=arg\nstart=x\n", "prompt=arg needs {prompt}"}
	};
	char why[WHY], many[8192] = "";
	static const char nul[] = "start=x\0y\n";
	struct agent *empty;

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct agent *a = stream_rules_parse("f", files[i].text, strlen(files[i].text),
			why);

		if (a)
			fail(__LINE__, files[i].text, "taken", files[i].say);
		else if (!strstr(why, files[i].say) || strncmp(why, "f: ", 3) != 0 ||
			strchr(why, '\n'))
			fail(__LINE__, files[i].text, why, files[i].say);
		agent_free(a);
	}
	empty = stream_rules_parse("f", "", 0, why);
	YES(empty && !agent_get(empty, "start"));
	agent_free(empty);
	YES(!stream_rules_parse("f", nul, sizeof nul - 1, why) && strstr(why, "NUL"));
	for (int i = 0; i <= RULES_MAX; i++)
		strcat(many, "event.open=a=b\n");
	YES(!stream_rules_parse("f", many, strlen(many), why) &&
		strstr(why, "line 65: more than 64 events"));
}

static void
loading(void)
{
	char dir[] = "/tmp/rca-agent.XXXXXX", path[256], why[WHY];
	struct agent *a;
	int fd;

	if (!mkdtemp(dir) || setenv("XDG_CONFIG_HOME", dir, 1) < 0)
		exit(2);
	snprintf(path, sizeof path, "%s/rca", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/rca/agents", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/rca/agents/mine", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	YES(fd >= 0 && write(fd, "start=mine\nsession=none\n", 24) == 24);
	close(fd);
	a = stream_rules_load("mine", why);
	YES(a && strcmp(agent_get(a, "start"), "mine") == 0);
	agent_free(a);
	YES(!stream_rules_load("no-such-agent", why));
	SAME("none", why, "agent no-such-agent: no such agent: there are mine; "
		"rca-agent(5) says how to add one");
	YES(!stream_rules_load("../agents/mine", why) && !stream_rules_load("", why) &&
		!stream_rules_load("-x", why) && !stream_rules_load(".", why) &&
		!stream_rules_load("a b", why));
	YES(unlink(path) == 0 && mkdir(path, 0700) == 0 && !stream_rules_load("mine", why) &&
		strstr(why, "not a regular file"));
	rmdir(path);
	/* nor does it wait for a writer */
	YES(mkfifo(path, 0600) == 0 && !stream_rules_load("mine", why));
	unlink(path);
	for (char *p; (p = strrchr(path, '/')) && strcmp(path, dir) != 0; rmdir(path))
		*p = '\0';
}

/* Files on disk, with names that glob(3) would take for patterns. */
static void
session_files(void)
{
	char top[] = "/tmp/rca-ses*[x].XXXXXX", dir[256], file[512], buf[512], start[1024];
	char *vars[] = {(char []){"HOME"}, top, NULL},
		*both[] = {(char []){"CLAUDE_CONFIG_DIR"}, dir, (char []){"HOME"}, none, NULL};
	struct template_vars v = {.session = "s?1", .dir = top, .env = env, .ctx = vars};
	struct agent *a = tree_agent("claude"), *p = tree_agent("pi"), *o = tree_agent("opencode");
	int fd;

	if (!mkdtemp(top))
		exit(2);
	YES(agent_session_file(a, &v, buf, sizeof buf) == 0 && !*buf);
	snprintf(dir, sizeof dir, "%s/.claude", top);
	mkdir(dir, 0700);
	snprintf(dir, sizeof dir, "%s/.claude/projects", top);
	mkdir(dir, 0700);
	snprintf(dir, sizeof dir, "%s/.claude/projects/-a-b", top);
	mkdir(dir, 0700);
	snprintf(file, sizeof file, "%s/sx1.jsonl", dir);
	close(open(file, O_WRONLY | O_CREAT, 0600));
	YES(agent_session_file(a, &v, buf, sizeof buf) == 0);
	snprintf(file, sizeof file, "%s/s?1.jsonl", dir);
	close(open(file, O_WRONLY | O_CREAT, 0600));
	YES(agent_session_file(a, &v, buf, sizeof buf) == 1);
	SAME("found", buf, file);
	YES(agent_session_file(a, &v, buf, 10) == 0);
	v.ctx = both;
	snprintf(dir, sizeof dir, "%s/.claude", top);
	YES(agent_session_file(a, &v, buf, sizeof buf) == 1);
	SAME("by CLAUDE_CONFIG_DIR", buf, file);
	both[0] = none;
	YES(agent_session_file(a, &v, buf, sizeof buf) == -1);
	v.session = NULL;
	v.ctx = vars;
	YES(agent_session_file(a, &v, buf, sizeof buf) == -1);
	YES(agent_session_file(o, &v, buf, sizeof buf) == -1);
	unlink(file);
	strcpy(strrchr(file, '/'), "/sx1.jsonl");
	unlink(file);

	/* pi: the path is known before the file exists */
	snprintf(file, sizeof file, "%s/session.jsonl", top);
	YES(agent_session_file(p, &v, buf, sizeof buf) == 0);
	SAME("will be", buf, file);
	v.session_file = buf;
	snprintf(start, sizeof start, "pi|-p|--mode|json|--session|%s", file);
	argv_is(__LINE__, agent_argv(p, "start", &v), start);
	fd = open(file, O_WRONLY | O_CREAT, 0600);
	close(fd);
	YES(agent_session_file(p, &v, buf, sizeof buf) == 1);
	SAME("is", buf, file);
	unlink(file);
	snprintf(dir, sizeof dir, "%s/.claude/projects/-a-b", top);
	for (char *s; rmdir(dir) == 0 && (s = strrchr(dir, '/')) && s - dir > 5;)
		*s = '\0';
	agent_free(a);
	agent_free(p);
	agent_free(o);
}

/* The command lines that the real programs were measured with. */
static void
shipped(void)
{
	static const char claude[] = "claude|-p|--dangerously-skip-permissions|--output-format|"
		"stream-json|--verbose";
	static const char codex[] = "codex|exec|--json|"
		"--dangerously-bypass-approvals-and-sandbox|--skip-git-repo-check";
	struct template_vars v = {.session = "ID", .session_file = "/t/s.jsonl", .dir = "/t"},
		m = v;
	struct agent *a = tree_agent("claude");
	char want[512];

	m.model = "M";
	snprintf(want, sizeof want, "%s|--session-id|ID", claude);
	argv_is(__LINE__, agent_argv(a, "start", &v), want);
	snprintf(want, sizeof want, "%s|--resume|ID|--model|M", claude);
	argv_is(__LINE__, agent_argv(a, "resume", &m), want);
	argv_is(__LINE__, agent_argv(a, "interactive", &v),
		"claude|--dangerously-skip-permissions|--session-id|ID");
	m.settings = "/t/settings.json";
	snprintf(want, sizeof want, "%s|--settings|/t/settings.json|--resume|ID|--model|M", claude);
	argv_is(__LINE__, agent_argv(a, "resume", &m), want);
	m.settings = NULL;
	YES(agent_session(a) == SESSION_PIN && agent_prompt(a) == PROMPT_STDIN &&
		agent_read(a) == READ_PIPE);
	SAME("opus", agent_model(a, "opus"), "claude-opus-4-6");
	SAME("sonnet", agent_model(a, "sonnet"), "claude-sonnet-4-6");
	agent_free(a);
	a = tree_agent("codex");
	v.session = NULL;
	snprintf(want, sizeof want, "%s|-", codex);
	argv_is(__LINE__, agent_argv(a, "start", &v), want);
	snprintf(want, sizeof want, "%s|-m|M|resume|ID|-", codex);
	argv_is(__LINE__, agent_argv(a, "resume", &m), want);
	YES(agent_session(a) == SESSION_CAPTURE);
	agent_free(a);
	a = tree_agent("opencode");
	argv_is(__LINE__, agent_argv(a, "start", &v),
		"opencode|run|--format|json|--auto|--print-logs");
	argv_is(__LINE__, agent_argv(a, "resume", &m),
		"opencode|run|--format|json|--auto|--print-logs|-m|M|-s|ID");
	SAME("open", agent_get(a, "open"), "session");
	agent_free(a);
	a = tree_agent("pi");
	argv_is(__LINE__, agent_argv(a, "start", &m),
		"pi|-p|--mode|json|--model|M|--session|/t/s.jsonl");
	argv_is(__LINE__, agent_argv(a, "resume", &v), "pi|-p|--mode|json|--session|/t/s.jsonl");
	agent_free(a);
	a = tree_agent("command");
	YES(agent_read(a) == READ_PTY && agent_prompt(a) == PROMPT_NONE &&
		agent_session(a) == SESSION_NONE && !agent_get(a, "start"));
	argv_is(__LINE__, agent_argv(a, "start", &v), NULL);
	agent_free(a);
}

static void
sorting(void)
{
	static const char *const words[] = {"none", "transient", "limited", "permanent", "lost"};
	static const struct { const char *code, *kind, *text; long long limit_at;
		enum failure class; long long at; } faults[] = {
		{"500", "", "", 0, FAIL_TRANSIENT, 0},
			{"529", "", "Overloaded", 0, FAIL_TRANSIENT, 0},
			{"503", "", "", 0, FAIL_TRANSIENT, 0},
		{"408", "", "", 0, FAIL_TRANSIENT, 0}, {"409", "", "", 0, FAIL_TRANSIENT, 0},
		{"400", "", "", 0, FAIL_PERMANENT, 0}, {"401", "", "", 0, FAIL_PERMANENT, 0},
			{"402", "", "", 0, FAIL_PERMANENT, 0},
			{"403", "", "", 0, FAIL_PERMANENT, 0},
		{"404", "", "", 0, FAIL_PERMANENT, 0}, {"413", "", "", 0, FAIL_PERMANENT, 0},
			{"422", "", "", 0, FAIL_PERMANENT, 0},
		{"", "", "401 invalid x-api-key", 0, FAIL_PERMANENT, 0},
		{"", "", "unexpected status 403 Forbidden: no", 0, FAIL_PERMANENT, 0},
		{"", "", "unexpected status 503 Service Unavailable", 0, FAIL_TRANSIENT, 0},
		{"", "", "API Error: 404 model: gone", 0, FAIL_PERMANENT, 0},
		{"", "", "HTTP/1.1 400 Bad Request", 0, FAIL_PERMANENT, 0},
		{"", "", "request rejected (400)", 0, FAIL_PERMANENT, 0},
		/* numbers that are no codes */
		{"", "", "cannot connect to 10.0.0.1:404", 0, FAIL_TRANSIENT, 0},
		{"", "", "lost after 404 lines", 0, FAIL_TRANSIENT, 0},
		{"", "", "error 40412", 0, FAIL_TRANSIENT, 0},
		/* words */
		{"", "", "connect ECONNREFUSED 127.0.0.1:9", 0, FAIL_TRANSIENT, 0},
			{"", "", "terminated", 0, FAIL_TRANSIENT, 0},
			{"", "", "", 0, FAIL_TRANSIENT, 0},
		{"", "", "Invalid API key", 0, FAIL_PERMANENT, 0},
			{"", "authentication_failed", "", 0, FAIL_PERMANENT, 0},
			{"", "", "Your credit balance is too low", 0, FAIL_PERMANENT, 0},
		{"", "", "Prompt is too long", 0, FAIL_PERMANENT, 0},
			{"", "", "model not found: x", 0, FAIL_PERMANENT, 0},
			{"", "billing_error", "", 0, FAIL_PERMANENT, 0},
		{"429", "insufficient_quota",
			"You exceeded your current quota, please check your plan and billing "
			"details.", 0, FAIL_PERMANENT, 0},
		/* limits: worth waiting for if it is known how long */
		{"429", "", "slow down", 0, FAIL_TRANSIENT, 0},
		{"429", "rate_limit", "exceeded", 5000, FAIL_LIMITED, 5000},
		{"429", "rate_limit", "You've hit your session limit", 0, FAIL_LIMITED, 0},
		{"429", "rate_limit", "You've hit your session limit \xc2\xb7 resets in 2 hours", 0,
			FAIL_LIMITED, 1000 + 7200},
		{"", "", "You\xe2\x80\x99ve hit your usage limit, try again in 5 minutes", 0,
			FAIL_LIMITED, 1300},
		{"", "", "You have hit your usage limit.", 0, FAIL_LIMITED, 0},
		{"429", "", "quota exceeded, please retry in 32s", 0, FAIL_LIMITED, 1032},
		{"429", "", "Rate limit reached for model. Please try again in 20s.", 0,
			FAIL_LIMITED, 1020},
		{"500", "", "Internal error", 5000, FAIL_TRANSIENT, 0},
		/* own lines come first */
		{"500", "odd", "", 0, FAIL_PERMANENT, 0},
			{"", "", "no such THREAD", 0, FAIL_LOST, 0},
			{"401", "", "warming up", 0, FAIL_TRANSIENT, 0},
		{"", "", "come back in 10 minutes", 0, FAIL_LIMITED, 1600},
			{"418", "", "", 0, FAIL_LIMITED, 0}
	};
	struct agent *a = parse("sort=permanent kind ^odd$\nsort=lost text no such "
		"thread\nsort=transient any 401 .*warming\nsort=limited text come "
		"back\nsort=limited code 418\nsession=none\n");
	char label[128];
	long long at;

	setenv("TZ", "UTC0", 1);
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		struct fault f = {faults[i].code, faults[i].kind, faults[i].text};
		enum failure class = stream_rules_classify(a, 0, &f, faults[i].limit_at, 1000, &at);

		snprintf(label, sizeof label, "%.10s/%.30s/%.70s", f.code, f.kind, f.text);
		if (class != faults[i].class)
			fail(__LINE__, label, words[class], words[faults[i].class]);
		if (at != faults[i].at) {
			printf("%s:%d: %s: at %lld, not %lld\n", __FILE__, __LINE__, label, at,
				faults[i].at);
			failed = 1;
		}
	}
	YES(stream_rules_classify(a, 1, &(struct fault){"401", "", "x"}, 0, 1000,
		&at) == FAIL_NONE);
	agent_free(a);
}

int
main(void)
{
	templates();
	keys();
	wrong();
	loading();
	session_files();
	shipped();
	sorting();
	if (!failed)
		puts("agent: ok");
	return failed;
}
