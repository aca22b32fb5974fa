/*
 * rca-launch TASK - starts rca-wrap under an engine, from a clean slate, and returns when it holds its lock
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/stream_rules.h"
#include "base/clock.h"
#include "base/err.h"
#include "engine/engine.h"
#include "file/file.h"
#include "file/regular.h"
#include "proc/inherit.h"
#include "proc/lock.h"
#include "proc/which.h"
#include "task/config.h"
#include "task/env.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/next_prompt.h"
#include "task/prompt.h"
#include "task/status.h"
#include "task/task.h"

enum { LOOK_MS = 250, ENGINE_MS = 20000, LET_GO_MS = 5000 }; /* LOOK_MS: for wrappers that cannot reach the fifo (another host) */

struct launch {
	struct task t;
	struct manifest m;
	struct config conf;
	const char *engine;
	struct prompt prompt; /* -p; no text: none */
	int again; /* -r */
	int lock;  /* DIR/lock, ours until the engine is called */
};

extern char **environ;

static void
usage(void)
{
	fprintf(stderr, "usage: rca-launch [-nrV] [-e engine] [-p promptfile | -] task\n");
	exit(EX_CALLER);
}

static void
check_socket(const struct launch *l)
{
	const char *sock = manifest_get(&l->m, "socket");

	if (!strcmp(l->engine, "tmux") && sock[0] != '/')
		err_die(EX_CALLER, "%s: manifest: socket %s: not an absolute path", l->t.name, sock);
}

/* The program that is to run: the command's first word, or that of the agent's start line. */
static void
program(const struct launch *l, struct agent *a, char *word, size_t size)
{
	struct template_vars v = { .model = "", .session = "x", .session_file = "x", .dir = l->t.path, .project = manifest_get(&l->m, "project_dir"), .prompt = "x" };
	int fd = regular_open(l->t.fd, "command", O_RDONLY);
	char **argv;
	ssize_t n;

	if (fd < 0 && errno != ENOENT)
		err_die(EX_SYSTEM, "%s: open command:", l->t.name);
	if (fd < 0) {
		if (!(argv = agent_argv(a, "start", &v)))
			err_die(EX_CALLER, "agent %s: no start= line in its file", manifest_get(&l->m, "agent"));
		snprintf(word, size, "%s", argv[0]);
		free(argv);
		return;
	}
	n = read(fd, word, size - 1);
	close(fd);
	if (n <= 0)
		err_die(EX_SYSTEM, "%s: read command:", l->t.name);
	word[n] = 0;
}

/* Whether it is to be found by the agent's own PATH. */
static void
check_program(const struct launch *l, struct agent *a, char *const *env)
{
	char word[PATH_MAX], path[PATH_MAX];

	program(l, a, word, sizeof word);
	if (strchr(word, '/') ? !access(word, X_OK) : !which_find(word, env_get(env, "PATH"), path, sizeof path))
		return;
	if (errno == ENOENT || errno == ENOTDIR)
		err_die(EX_NOTFOUND, "agent program %s: not found: install it, or put it into PATH", word);
	err_die(EX_CANTEXEC, "agent program %s:", word);
}

/* A relative program is meant from the project directory: look from there. */
static void
check_project(const struct launch *l)
{
	const char *dir = manifest_get(&l->m, "project_dir");

	if (chdir(dir))
		err_die(EX_CALLER, "project directory %s:", dir);
}

/* What is wrong is said before anything is changed. */
static void
check(struct launch *l, int fresh_env)
{
	static const char *const none[] = { NULL };
	char why[WHY], path[PATH_MAX];
	struct agent *a;
	char **env;
	int r;

	/* What is wrong keeps a task from its beginning, not from being carried on. */
	if (config_load(&l->conf, why) || config_check_all(&l->m, why)) {
		if (l->again || !manifest_num(&l->m, "attempt", 0))
			err_die(EX_CALLER, "%s", why);
		err_warn("%s: left out", why);
	}
	if (engine_find(l->engine, path, sizeof path, why))
		err_die(EX_CALLER, "%s", why);
	check_socket(l);
	if (!(a = stream_rules_load(manifest_get(&l->m, "agent"), why)))
		err_die(EX_CALLER, "%s", why);
	if (!(env = env_load(fresh_env ? -1 : l->t.fd, none, none)))
		err_die(EX_SYSTEM, "%s: read env:", l->t.name);
	/* To an agent in its own interface somebody may talk. */
	if (agent_prompt(a) != PROMPT_NONE && !((l->prompt.text || *manifest_get(&l->m, "interactive")) && file_there(l->t.fd, "prompt") == 0) && (r = prompt_check(l->t.fd, agent_prompt(a) == PROMPT_ARG && !*manifest_get(&l->m, "interactive"), why)))
		err_die(r, "%s: %s", l->t.name, why);
	check_project(l);
	check_program(l, a, env);
	free(env);
	agent_free(a);
}

static int
take_prompt(struct launch *l, char why[WHY])
{
	int lock, r;

	if (!l->prompt.text)
		return 0;
	if ((lock = manifest_lock(l->t.fd)) < 0) {
		err_why(why, "lock manifest:");
		return EX_SYSTEM;
	}
	if (file_there(l->t.fd, "prompt") == 1)
		r = next_prompt_add(l->t.fd, l->prompt.text, l->prompt.n, why); /* words that wait already stay before these: they were promised to somebody */
	else
		r = prompt_store(&l->prompt, l->t.fd, "prompt", why);
	close(lock);
	return r;
}

/* -r: what would keep rca-wrap from running goes; `done` before the status: a terminal status without `done` is one that rca-wrap finishes writing. */
static int
reopen(struct launch *l, char why[WHY])
{
	static const char *const gone[] = { "stop", "done" };

	if (!l->again)
		return 0;
	if (file_there(l->t.fd, "resume") != 1 && file_mark(l->t.fd, "resume"))
		return err_why(why, "write resume:");
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (unlinkat(l->t.fd, gone[i], 0) && errno != ENOENT)
			return err_why(why, "remove %s:", gone[i]);
	if (file_syncdir(l->t.fd))
		return err_why(why, "sync %s:", l->t.name);
	return manifest_change(l->t.fd, (const char *const[]){ "retry_count", "0", "backoff", "", "start_failed", "", "taken_up", "", "fruitless", "", "nudge_count", "", "nudge_refused", "", "nudged_at", "", "trouble_since", "", "triage_told", "", "watched_since", "", "watched", "", "waited", "", "limited_since", "", NULL }, why);
}

static int
write_launching(struct launch *l, char why[WHY])
{
	history_add(l->t.fd, "launching", (const char *const[]){ "engine", l->engine, NULL });
	return manifest_change(l->t.fd, (const char *const[]){ "status", "launching", "engine", l->engine, "abandon_reason", "", "abandoned_at", "", NULL }, why);
}

/* Both ends of the fifo are ours, so that it never ends while we wait. */
static int
open_fifo(const struct launch *l, int fifo[2])
{
	if (unlinkat(l->t.fd, "started", 0) && errno != ENOENT)
		return -1;
	if (mkfifoat(l->t.fd, "started", 0600))
		return -1;
	fifo[0] = openat(l->t.fd, "started", O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	fifo[1] = fifo[0] < 0 ? -1 : openat(l->t.fd, "started", O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	return fifo[1] < 0 ? -1 : 0;
}

/* 1: the wrapper runs, or has run already. 0: not in time. */
static int
await(const struct launch *l, int fd)
{
	long long end = clock_ms() + config_num(&l->conf, &l->m, "dispatch_wait") * 1000;

	for (;;) {
		struct pollfd f = { .fd = fd, .events = POLLIN };
		long long left = end - clock_ms();

		if (left <= 0)
			return 0;
		if (poll(&f, 1, left < LOOK_MS ? (int)left : LOOK_MS) > 0)
			return 1;
		if (lock_held(l->t.fd, "lock") != 0 || file_there(l->t.fd, "done") == 1)
			return 1;
	}
}

_Noreturn static void
give_up(struct launch *l, int code, const char *reason)
{
	const char *was = manifest_get(&l->m, "status");
	struct manifest m;
	char why[WHY];

	unlinkat(l->t.fd, "started", 0);
	if (status_terminal(status_parse(was)) || !strcmp(was, "running") || !strcmp(was, "launching"))
		was = "crashed";
	/* If nothing runs: a late wrapper may have started, or even ended, by now. */
	manifest_turn(l->t.fd, &m, ST_LAUNCHING, 1, (const char *const[]){ "status", was, "reason", reason, NULL }, why);
	history_add(l->t.fd, "launch_failed", (const char *const[]){ "reason", reason, NULL });
	err_die(code, "%s: %s", l->t.name, reason);
}

static void
start(struct launch *l)
{
	char wrap[PATH_MAX], says[256] = "", why[WHY];
	char *args[] = { wrap, l->t.path, NULL };
	int fifo[2], r;

	if (which_own("bin/rca-wrap", wrap, sizeof wrap))
		err_die(EX_NOTFOUND, "rca-wrap: not beside rca-launch: build or install it");
	if (open_fifo(l, fifo))
		err_die(EX_SYSTEM, "%s: make started:", l->t.name);
	if (write_launching(l, why))
		err_die(EX_SYSTEM, "%s: %s", l->t.name, why);
	close(l->lock);
	r = engine_call(l->engine, "start", l->t.path, args, says, sizeof says, ENGINE_MS, why);
	if (!strcmp(says, "scope=none\n"))
		history_add(l->t.fd, "no_scope", (const char *const[]){ "program", "rca-wrap", "because", "systemd-run does not work here", NULL });
	if (r) {
		if (!*why)
			err_why(why, "engine %s: start failed with exit code %d", l->engine, r);
		give_up(l, r == EX_NOTFOUND || r == EX_CALLER ? r : EX_SYSTEM, why);
	}
	if (!await(l, fifo[0]))
		give_up(l, EX_TIMEOUT, "rca-wrap did not start in time");
	unlinkat(l->t.fd, "started", 0);
}

static void
answer(const struct launch *l)
{
	printf("%s\n", manifest_get(&l->m, "session_name"));
	err_flush();
}

static void
read_task(struct launch *l)
{
	char why[WHY];

	if (manifest_read(l->t.fd, &l->m, why))
		err_die(manifest_code(), "%s: %s", l->t.name, why);
	if (*manifest_get(&l->m, "adopted"))
		err_die(EX_CALLER, "%s: registered: somebody else started its session, and nothing is started there (rca-send types into it)", l->t.name);
	if (!l->engine)
		l->engine = manifest_get(&l->m, "engine");
}

static int
ended(const struct launch *l)
{
	return !l->again && (file_there(l->t.fd, "done") == 1 || file_there(l->t.fd, "stop") == 1);
}

/* -n: what a launch looks at before it changes anything. Locks are left to those who act. */
static void
could(struct launch *l)
{
	read_task(l);
	if (ended(l))
		err_die(EX_NO, "%s: has ended (%s): -r carries it on", l->t.name, manifest_get(&l->m, "status"));
	check(l, l->again || file_there(l->t.fd, "env") != 1);
}

static void
launch(struct launch *l)
{
	int mutex = lock_mutex(l->t.fd, "launch.lock"), fresh_env, r;
	char why[WHY];

	if (mutex < 0)
		err_die(EX_SYSTEM, "%s: lock launch.lock:", l->t.name);
	lock_sign(mutex); /* one that is stopped holds the task up, and is ended by name (stop.h) */
	if (file_there(l->t.fd, "done") == 1) /* its writer is about to let go */
		lock_wait(l->t.fd, "lock", LET_GO_MS, NULL);
	/* As if we were its wrapper, so that none reads or writes an end while that is undone, and no late one runs already. */
	if ((l->lock = lock_life(l->t.fd, "lock")) < 0 && errno != EBUSY)
		err_die(EX_SYSTEM, "%s: ask lock:", l->t.name);
	read_task(l);
	if (l->lock < 0) {
		err_warn("%s: already running", l->t.name);
		if (l->prompt.text)
			err_die(EX_NO, "%s: the prompt was not taken: a running task gets its next prompt when it has ended", l->t.name);
		return;
	}
	if (ended(l))
		err_die(EX_NO, "%s: has ended (%s): -r carries it on", l->t.name, manifest_get(&l->m, "status"));
	fresh_env = l->again || file_there(l->t.fd, "env") != 1;
	check(l, fresh_env);
	if ((r = take_prompt(l, why)))
		err_die(r, "%s: %s", l->t.name, why);
	if (fresh_env && env_save(l->t.fd, environ))
		err_die(EX_SYSTEM, "%s: write env:", l->t.name);
	if (reopen(l, why))
		err_die(EX_SYSTEM, "%s: %s", l->t.name, why);
	start(l);
	close(mutex);
}

int
main(int argc, char **argv)
{
	static struct launch l;
	const char *prompt = NULL;
	char why[WHY];
	int nflag = 0, c, r;

	inherit_reset(INHERIT_ACTS);
	err_setprog(argv[0]);
	which_set_self(argv[0]);
	while ((c = getopt(argc, argv, "e:np:rV")) != -1)
		switch (c) {
		case 'e': l.engine = optarg; break;
		case 'n': nflag = 1; break;
		case 'p': prompt = optarg; break;
		case 'r': l.again = 1; break;
		case 'V': err_version();
		default: usage();
		}
	if (argc - optind != 1)
		usage();
	task_open_or_die(&l.t, argv[optind]);
	if (nflag) {
		could(&l);
		return EX_YES;
	}
	/* Before any lock: whoever writes it may take his time, and a path is relative to where we were called. */
	if (prompt && (r = prompt_load(prompt, &l.prompt, why)))
		err_die(r, "%s: %s", l.t.name, why);
	launch(&l);
	prompt_free(&l.prompt);
	answer(&l);
	return EX_YES;
}
