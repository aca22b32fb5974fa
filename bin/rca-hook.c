/*
 * rca-hook - called by an agent's hooks: records the event, decides the plain cases, starts
 * rca-triage or rca-notify for the others; -i and -u install and remove it in a project
 *
 * The agent waits for its hooks, and obeys their output and exit code: so this prints nothing on
 * standard output, waits for no other program, and exits with 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/settings_file.h"
#include "base/clock.h"
#include "base/err.h"
#include "file/file.h"
#include "hook/drop.h"
#include "hook/failures.h"
#include "hook/find_task.h"
#include "hook/install.h"
#include "hook/payload.h"
#include "hook/policy.h"
#include "proc/tool.h"
#include "proc/lock.h"
#include "proc/spawn.h"
#include "proc/which.h"
#include "task/env.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/session.h"
#include "task/task.h"
#include "text/strip.h"

enum {
	ARGS = 10,
	PIECE = 65536, INPUT_MAX = 256 * 1024 * 1024,
	SILENT_MS = 1000, /* for the next piece of input */
	ALL_S = 8,        /* for everything */
	TURNS = 5, TURN_MS = 200,
	TEXT = 400, NOTICE = 1500
};

static const char help[] =
	"usage: rca-hook [-hV] [json]\n"
	"       rca-hook [-F] -i dir\n"
	"       rca-hook [-F] -u dir\n"
	"\n"
	"Receive an event from an agent's hooks.\n"
	"\n"
	"  -i dir            add rca-hook to dir/.claude/settings.json\n"
	"  -u dir            remove it from there\n"
	"  -F                with -i or -u: dir is the settings file itself\n";

/* Warns where the installed hooks may not run. */
static void
warn_of_file(const struct install *in, int sure)
{
	char off[PATH_MAX];

	if (!sure)
		err_warn("%s: treated as claude's settings; codex's file is named hooks.json",
		         in->path);
	if (in->kind == SETTINGS_CLAUDE && settings_file_off(in->path, off))
		err_warn("%s: disableAllHooks is true: claude runs no hooks meanwhile", off);
}

static int
install(const char *dir, int add, int file)
{
	char path[PATH_MAX], program[PATH_MAX], why[WHY];
	struct install in = {
		.path = path, .below = file ? NULL : dir, .kind = SETTINGS_CLAUDE,
		.program = add ? program : NULL
	};
	struct stat st;
	int r, sure = 1;

	if (!file && (stat(dir, &st) || !S_ISDIR(st.st_mode)))
		err_die(EX_CALLER, "%s: no such directory", dir);
	r = snprintf(path, sizeof path, file ? "%s" : "%s/.claude/settings.json", dir);
	if (!*dir || r >= (int)sizeof path)
		err_die(EX_CALLER, "%s: not a path", *dir ? dir : "''");
	if (which_own("bin/rca-hook", program, sizeof program))
		err_die(EX_SYSTEM, "find the path of rca-hook:");
	if (file)
		in.kind = settings_file_kind(path, &sure);
	if ((r = install_edit(&in, why)))
		err_die(r, "%s", why);
	if (add)
		warn_of_file(&in, sure);
	return EX_YES;
}

static void
give_up(int sig)
{
	(void)sig;
	_exit(EX_YES);
}

/* Reads to the end, so that the agent can write all it has; but stops if it pauses for long. */
static void
read_input(void (*take)(void *ctx, const char *s, size_t n), void *ctx)
{
	static char buf[PIECE];
	struct pollfd p = { .fd = 0, .events = POLLIN };
	size_t all = 0;
	ssize_t n;

	while (all < INPUT_MAX && poll(&p, 1, SILENT_MS) > 0 &&
	       (n = read(0, buf, sizeof buf)) > 0) {
		take(ctx, buf, (size_t)n);
		all += (size_t)n;
	}
}

/* The event's own words, as one clean line. */
static void
describe(const struct payload *p, char *text, size_t size)
{
	char all[3 * PAYLOAD_TEXT];

	if (!p->whole && !*p->event)
		snprintf(all, sizeof all, "not JSON: %s", p->raw);
	else if (!strcmp(p->event, "StopFailure"))
		snprintf(all, sizeof all, "%s%s%s", p->details,
		         *p->details && *p->said ? " / " : "", p->said);
	else
		snprintf(all, sizeof all, "%s",
		         *p->error ? p->error : *p->message ? p->message : p->said);
	oneline(text, size, all, strlen(all));
}

/*
 * Starts one of our tools with args in a session of its own, outside the task, with `words` on its
 * standard input, and does not wait for it.
 */
static void
start(const struct task *t, const char *event, const char *name, const char *const *args,
      const char *words)
{
	const char *extra[] = { "RCA_TASK=", "RCA_NO_HOOKS=1", NULL };
	char rel[64], path[PATH_MAX], *argv[ARGS] = { path };
	char **env = env_load(-1, extra, extra + 2);
	struct spawn s = {
		.argv = argv, .env = env, .dir = t->path, .fd = { -1, -1, -1 },
		.group = SPAWN_SESSION
	};
	int p[2] = { -1, -1 }, r = -1;

	for (int i = 1; *args && i < ARGS - 1; i++)
		argv[i] = (char *)*args++;
	snprintf(rel, sizeof rel, "bin/%s", name);
	/* NOTICE bytes fit into any pipe, so this does not wait for a reader. */
	if (env && !which_own(rel, path, sizeof path) && !pipe(p) &&
	    !file_write_all(p[1], words, strlen(words))) {
		s.fd[0] = p[0];
		close(p[1]);
		p[1] = -1;
		r = spawn_start(&s, NULL) < 0 ? -1 : 0;
	}
	if (r) {
		err_warn("%s: start %s:", t->name, name);
		history_add(t->fd, "hook_failed", (const char *const[]){ "event", event,
			"program", name, "error", err_text(errno), NULL });
	}
	for (int i = 0; i < 2; i++)
		if (p[i] >= 0)
			close(p[i]);
	free(env);
}

static void
tell(const struct task *t, const char *verdict, const char *event, const char *text,
     const char *need)
{
	char words[NOTICE];
	const char *const args[] = { "-v", verdict, "-e", event, t->path, "-", NULL };

	snprintf(words, sizeof words, "%s: %s%sneeded: %s", event, text, *text ? "; " : "", need);
	start(t, event, "rca-notify", args, words);
}

static void
record(const struct task *t, const struct ruling *r, const struct payload *p, const char *text,
       const char *decision)
{
	int show = r->stranger || !strncmp(r->event, "SessionStart", 12);
	const char *const kv[] = {
		"event", r->event, "decision", decision, "tool", p->tool,
		"session", show ? p->session : "", "text", text, NULL
	};

	if (history_add(t->fd, "hook", kv))
		err_warn("%s: write history:", t->name);
}

static void
act(const struct task *t, const struct ruling *r, enum failures_word w, const char *text)
{
	const char *const args[] = { "-x", t->path, r->event, NULL };

	if (r->what == POLICY_ESCALATE)
		tell(t, "ESCALATE", r->event, text, r->need);
	else if (r->what == POLICY_FAILURE && w == FAILURES_TELL)
		tell(t, "STUCK", r->event, text, "another approach: the same error repeats");
	else if (r->what == POLICY_TRIAGE || w == FAILURES_ASK)
		start(t, r->event, "rca-triage", args, "");
}

/* Waits at most TURNS * TURN_MS: the holder may be stopped. Returns the lock, or -1. */
static int
take_turn(const struct task *t)
{
	int fd = lock_take(t->fd, "hooks.lock");

	for (int i = 0; i < TURNS && fd < 0 && errno == EBUSY; i++) {
		lock_wait(t->fd, "hooks.lock", TURN_MS, NULL);
		fd = lock_take(t->fd, "hooks.lock");
	}
	alarm(ALL_S); /* again: lock_wait has used the timer */
	return fd;
}

/*
 * Hooks run side by side: hooks.lock is held until the event is acted on, so that an event that
 * comes twice is acted on once. Without the lock or the file, the event is acted on anyway.
 */
static void
handle(const struct task *t, struct ruling *r, const struct payload *p, const char *text)
{
	static const char words[][7] = {
		[FAILURES_LATER] = "later", [FAILURES_ASK] = "triage", [FAILURES_TELL] = "stuck"
	};
	int lock = take_turn(t);
	char buf[FAILURES_SIZE] = "";
	enum failures_word w = FAILURES_LATER;
	struct failures s;

	if (file_read(t->fd, "hooks.seen", buf, sizeof buf) < 0)
		*buf = '\0';
	failures_parse(&s, buf);
	if (failures_twice(&s, p->hash, clock_now())) {
		record(t, r, p, text, "twice");
	} else {
		if (r->what == POLICY_FAILURE)
			w = failures_add(&s, p->failure, clock_now());
		record(t, r, p, text, r->what == POLICY_FAILURE ? words[w] : policy_word(r->what));
		act(t, r, w, text);
		if (file_replace(t->fd, "hooks.seen", buf, failures_text(&s, buf), 0600,
				FILE_LOOSE))
			err_warn("%s: replace hooks:", t->name);
	}
	if (lock >= 0)
		close(lock);
}

static void
judge(const struct task *t, const struct payload *p, struct ruling *r)
{
	char why[WHY], id[SESSION_ID] = "";
	struct manifest m;
	int interactive = 0, stranger;

	policy_decide(p, 0, 0, r);
	if (r->what == POLICY_RECORD && strncmp(r->event, "Stop", 4))
		return; /* the decision holds whatever the task is: read no more */
	if (!manifest_read(t->fd, &m, why))
		interactive = *manifest_get(&m, "interactive") || manifest_num(&m, "adopted", 0);
	else
		err_warn("%s: %s", t->name, why);
	session_load(t->fd, id);
	/* In its own interface an agent may begin another conversation of the same task. */
	stranger = !interactive && *id && *p->session && strcmp(id, p->session);
	policy_decide(p, interactive, stranger, r);
}

static void
feed(void *reader, const char *s, size_t n)
{
	payload_feed(reader, s, n);
}

static void
keep(void *drop, const char *s, size_t n)
{
	drop_add(drop, s, n);
}

/* In a box: rca-wrap takes it up outside, and calls us there. */
static void
leave(const char *dir, const char *json)
{
	struct drop d;

	drop_begin(&d, dir);
	if (json)
		drop_add(&d, json, strlen(json));
	else
		read_input(keep, &d);
	if (drop_end(&d))
		err_warn("%s: write into hooks:", dir);
}

static void
hook(const char *json)
{
	static struct payload p;
	struct payload_reader reader;
	struct ruling r;
	struct task t;
	char why[WHY], text[TEXT];

	payload_begin(&reader, &p);
	if (json)
		payload_feed(&reader, json, strlen(json));
	else
		read_input(feed, &reader);
	payload_end(&reader);
	if (find_task_open(&t, &p, why)) {
		err_warn("%s", why);
		return;
	}
	judge(&t, &p, &r);
	describe(&p, text, sizeof text);
	if (r.what == POLICY_RECORD)
		record(&t, &r, &p, text, policy_word(r.what));
	else
		handle(&t, &r, &p, text);
	task_close(&t);
}

int
main(int argc, char **argv)
{
	const char *dir = NULL, *off = getenv("RCA_NO_HOOKS");
	const char *box = getenv("RCA_BOX"), *task = getenv("RCA_TASK");
	int c, add = 0, file = 0;

	tool_begin(INHERIT_ACTS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case 'F': file = 1; break;
		case 'i':
		case 'u':
			if (dir)
				tool_usage();
			dir = optarg;
			add = c == 'i';
			break;
		}
	if (argc - optind > (dir ? 0 : 1) || (file && !dir))
		tool_usage();
	if (dir)
		return install(dir, add, file);
	if (argc == optind && isatty(0))
		tool_usage();
	if (off && *off)
		return EX_YES;
	signal(SIGALRM, give_up);
	signal(SIGPIPE, SIG_IGN);
	alarm(ALL_S);
	if (box && *box && task && *task)
		leave(task, argv[optind]);
	else
		hook(argv[optind]);
	return EX_YES;
}
