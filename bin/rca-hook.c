/*
 * rca-hook - what an agent's hooks call: records the event (JSON on standard input, or as the one argument), decides the plain cases, hands the rest on; -i and -u put it into a project
 *
 * The agent waits for it, and takes what a hook prints or how it ends for an instruction: so nothing goes to standard output, nobody is waited for, and it ends with 0.
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
#include "hook/failures.h"
#include "hook/find_task.h"
#include "hook/install.h"
#include "hook/payload.h"
#include "hook/policy.h"
#include "proc/inherit.h"
#include "proc/lock.h"
#include "proc/spawn.h"
#include "task/env.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/session.h"
#include "task/task.h"
#include "text/strip.h"

enum { PIECE = 65536, SILENT_MS = 1000, ALL_S = 8, TURNS = 5, TURN_MS = 200, INPUT_MAX = 256 * 1024 * 1024, TEXT = 400, NOTICE = 1500 };

static void
usage(void)
{
	fprintf(stderr, "usage: rca-hook [-V] [json]\n       rca-hook [-F] -i dir\n       rca-hook [-F] -u dir\n");
	exit(EX_CALLER);
}

/* What whoever put the hooks in should know. */
static void
mention(const struct hookfile *h, int sure)
{
	char off[PATH_MAX];

	if (!sure)
		err_warn("%s: taken for claude's settings; codex's are named hooks.json", h->path);
	if (h->kind == SETTINGS_CLAUDE && settings_file_off(h->path, off))
		err_warn("%s: disableAllHooks is true: claude runs no hooks until it is taken out", off);
}

static int
install(const char *dir, int add, int file)
{
	char path[PATH_MAX], program[PATH_MAX], why[WHY];
	struct hookfile h = { .path = path, .below = file ? NULL : dir, .kind = SETTINGS_CLAUDE, .program = add ? program : NULL };
	struct stat st;
	int r, sure = 1;

	if (!file && (stat(dir, &st) || !S_ISDIR(st.st_mode)))
		err_die(EX_CALLER, "%s: no such directory", dir);
	if (!*dir || snprintf(path, sizeof path, file ? "%s" : "%s/.claude/settings.json", dir) >= (int)sizeof path)
		err_die(EX_CALLER, "%s: not a path", *dir ? dir : "''");
	if (which_own("bin/rca-hook", program, sizeof program))
		err_die(EX_SYSTEM, "find myself:");
	if (file)
		h.kind = settings_file_kind(path, &sure);
	if ((r = install_edit(&h, why)))
		err_die(r, "%s", why);
	if (add)
		mention(&h, sure);
	return EX_YES;
}

static void
give_up(int sig)
{
	(void)sig;
	_exit(EX_YES);
}

/* All of standard input, so that the agent can write all it has. Whoever falls silent in the middle is not waited for. */
static void
read_input(struct payload_reader *r)
{
	static char buf[PIECE];
	struct pollfd p = { .fd = 0, .events = POLLIN };
	size_t all = 0;
	ssize_t n;

	while (all < INPUT_MAX && poll(&p, 1, SILENT_MS) > 0 && (n = read(0, buf, sizeof buf)) > 0) {
		payload_feed(r, buf, (size_t)n);
		all += (size_t)n;
	}
}

/* What a person should see of it, as one clean line. */
static void
describe(const struct payload *p, char *text, size_t size)
{
	char all[3 * PAYLOAD_TEXT];

	if (!p->whole && !*p->event)
		snprintf(all, sizeof all, "not JSON: %s", p->raw);
	else if (!strcmp(p->event, "StopFailure"))
		snprintf(all, sizeof all, "%s%s%s", p->details, *p->details && *p->said ? " / " : "", p->said);
	else
		snprintf(all, sizeof all, "%s", *p->error ? p->error : *p->message ? p->message : p->said);
	oneline(text, size, all, strlen(all));
}

/* A program of ours that belongs to no task, in a session of its own, with these words on its standard input. It is not waited for. */
static int
hand_on(const struct task *t, const char *const argv[], const char *words)
{
	const char *extra[] = { "RCA_TASK=", "RCA_NO_HOOKS=1", NULL };
	char **env = env_load(-1, extra, extra + 2);
	struct spawn s = { .argv = (char *const *)argv, .env = env, .dir = t->path, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION };
	int p[2] = { -1, -1 }, r = -1;

	/* They fit into any pipe, and so are in it before there is a reader. */
	if (env && !pipe(p) && !file_write_all(p[1], words, strlen(words))) {
		s.fd[0] = p[0];
		close(p[1]);
		p[1] = -1;
		r = spawn_start(&s, NULL) < 0 ? -1 : 0;
	}
	for (int i = 0; i < 2; i++)
		if (p[i] >= 0)
			close(p[i]);
	free(env);
	return r;
}

static int
triage(const struct task *t, const char *event)
{
	char program[PATH_MAX];

	if (which_own("bin/rca-triage", program, sizeof program))
		return -1;
	return hand_on(t, (const char *const[]){ program, "-x", t->path, event, NULL }, "");
}

static int
tell(const struct task *t, const char *verdict, const char *event, const char *text, const char *need)
{
	char program[PATH_MAX], words[NOTICE];

	snprintf(words, sizeof words, "%s: %s%sneeded: %s", event, text, *text ? "; " : "", need);
	if (which_own("bin/rca-notify", program, sizeof program))
		return -1;
	return hand_on(t, (const char *const[]){ program, "-v", verdict, "-e", event, t->path, "-", NULL }, words);
}

static void
record(const struct task *t, const struct ruling *r, const struct payload *p, const char *text, const char *decision)
{
	const char *session = r->stranger || !strncmp(r->event, "SessionStart", 12) ? p->session : "";
	const char *const kv[] = { "event", r->event, "decision", decision, "tool", p->tool, "session", session, "text", text, NULL };

	if (history_add(t->fd, "hook", kv))
		err_warn("%s: write history:", t->name);
}

static void
failed(const struct task *t, const char *event, const char *program)
{
	err_warn("%s: start %s:", t->name, program);
	history_add(t->fd, "hook_failed", (const char *const[]){ "event", event, "program", program, "error", err_text(errno), NULL });
}

static void
act(const struct task *t, struct ruling *r, enum failures_word w, const char *text)
{
	if (r->what == POLICY_ESCALATE) {
		if (tell(t, "ESCALATE", r->event, text, r->need))
			failed(t, r->event, "rca-notify");
	} else if (r->what == POLICY_FAILURE && w == FAILURES_TELL) {
		if (tell(t, "STUCK", r->event, text, "another way: the same error again and again"))
			failed(t, r->event, "rca-notify");
	} else if (r->what == POLICY_TRIAGE || w == FAILURES_ASK) {
		if (triage(t, r->event))
			failed(t, r->event, "rca-triage");
	}
}

/* A holder that was stopped is not waited for for long. */
static int
take_turn(const struct task *t)
{
	int fd = lock_take(t->fd, "hooks.lock");

	for (int i = 0; i < TURNS && fd < 0 && errno == EBUSY; i++) {
		lock_wait(t->fd, "hooks.lock", TURN_MS, NULL);
		fd = lock_take(t->fd, "hooks.lock");
	}
	alarm(ALL_S); /* lock_wait has used its timer */
	return fd;
}

/* Hooks run side by side: who acts holds hooks.lock until it is done, so that an event that comes twice is acted on once. Without the lock or the file it is acted on all the same. */
static void
handle(const struct task *t, struct ruling *r, const struct payload *p, const char *text)
{
	static const char words[][7] = { [FAILURES_LATER] = "later", [FAILURES_ASK] = "triage", [FAILURES_TELL] = "stuck" };
	int lock = take_turn(t);
	char buf[FAILURES_SIZE] = "";
	enum failures_word w = FAILURES_LATER;
	struct failures s;

	if (file_read(t->fd, "hooks", buf, sizeof buf) < 0)
		*buf = '\0';
	failures_parse(&s, buf);
	if (failures_twice(&s, p->hash, clock_now())) {
		record(t, r, p, text, "twice");
	} else {
		if (r->what == POLICY_FAILURE)
			w = failures_add(&s, p->failure, clock_now());
		record(t, r, p, text, r->what == POLICY_FAILURE ? words[w] : policy_word(r->what));
		act(t, r, w, text);
		if (file_replace(t->fd, "hooks", buf, failures_text(&s, buf), 0600, FILE_LOOSE))
			err_warn("%s: replace hooks:", t->name);
	}
	if (lock >= 0)
		close(lock);
}

/* Whose words these are, and who may answer. */
static void
judge(const struct task *t, const struct payload *p, struct ruling *r)
{
	char why[WHY], id[SESSION_ID] = "";
	struct manifest m;
	int interactive = 0;

	policy_decide(p, 0, 0, r);
	if (r->what == POLICY_RECORD && strncmp(r->event, "Stop", 4))
		return; /* the plain path reads no more */
	if (!manifest_read(t->fd, &m, why))
		interactive = *manifest_get(&m, "interactive") || manifest_num(&m, "adopted", 0);
	else
		err_warn("%s: %s", t->name, why);
	session_load(t->fd, id);
	/* In its own interface an agent may begin another conversation, and it is still the task's. */
	policy_decide(p, interactive, !interactive && *id && *p->session && strcmp(id, p->session), r);
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
		read_input(&reader);
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
	int c, add = 0, file = 0;

	inherit_reset(INHERIT_ACTS);
	err_setprog(argv[0]);
	which_set_self(argv[0]);
	while ((c = getopt(argc, argv, "Fi:u:V")) != -1)
		switch (c) {
		case 'F': file = 1; break;
		case 'i':
		case 'u':
			if (dir)
				usage();
			dir = optarg;
			add = c == 'i';
			break;
		case 'V': err_version();
		default: usage();
		}
	if (argc - optind > (dir ? 0 : 1) || (file && !dir))
		usage();
	if (dir)
		return install(dir, add, file);
	if (argc == optind && isatty(0))
		usage();
	if (off && *off)
		return EX_YES;
	signal(SIGALRM, give_up);
	signal(SIGPIPE, SIG_IGN);
	alarm(ALL_S);
	hook(argv[optind]);
	return EX_YES;
}
