/* rca-launch TASK - starts rca-wrap under an engine, and returns once it holds its lock */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/box.h"
#include "agent/stream_rules.h"
#include "base/err.h"
#include "base/name.h"
#include "base/pairs.h"
#include "engine/about.h"
#include "engine/engine.h"
#include "engine/started.h"
#include "file/file.h"
#include "file/regular.h"
#include "proc/tool.h"
#include "proc/identity.h"
#include "proc/lock.h"
#include "proc/which.h"
#include "task/config.h"
#include "task/env.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/next_prompt.h"
#include "task/prompt.h"
#include "task/sharing.h"
#include "task/queued.h"
#include "task/status.h"
#include "task/task.h"

enum { ENGINE_MS = 20000, LET_GO_MS = 5000 };

struct launch {
	struct task t;
	struct manifest m;
	struct config conf;
	const char *engine;
	struct about about;   /* what it can do */
	struct prompt prompt; /* -p */
	int again;            /* -r */
	char box[NAME_SIZE];  /* for the manifest: the box that the settings name */
	int lock;             /* DIR/lock, ours until the engine is called */
	int mutex;            /* launch.lock */
};

extern char **environ;

static const char help[] =
	"usage: rca-launch [-hnrV] [-e engine] [-p promptfile | -] task\n"
	"\n"
	"Start a task, or continue it.\n"
	"\n"
	"  -e engine         what holds the process: tmux, none or another\n"
	"  -n                only check whether it could be launched now\n"
	"  -p promptfile     the (next) prompt; - reads standard input\n"
	"  -r                continue a task that has ended or was given up\n";

/* The program: the first word of the command, or of the agent's start line. */
static void
program(const struct launch *l, struct agent *a, char *word, size_t size)
{
	struct template_vars v = {
		.model = "", .session = "x", .session_file = "x", .dir = l->t.path,
		.project = manifest_get(&l->m, "project_dir"), .prompt = "x"
	};
	int fd = regular_open(l->t.fd, "command", O_RDONLY);
	char **argv;
	ssize_t n;

	if (fd < 0 && errno != ENOENT)
		err_die(EX_SYSTEM, "%s: open command:", l->t.name);
	if (fd < 0) {
		if (!(argv = agent_argv(a, "start", &v)))
			err_die(EX_CALLER, "agent %s: no start= line in its file",
				manifest_get(&l->m, "agent"));
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

/* Looks for it in the agent's PATH. */
static void
check_program(const struct launch *l, struct agent *a, char *const *env)
{
	char word[PATH_MAX], path[PATH_MAX];

	program(l, a, word, sizeof word);
	if (strchr(word, '/') ? !access(word, X_OK)
		: !which_find(word, env_get(env, "PATH"), path, sizeof path))
		return;
	if (errno == ENOENT || errno == ENOTDIR)
		err_die(EX_NOTFOUND, "agent program %s: not found: install it, or put it into PATH",
			word);
	err_die(EX_CANTEXEC, "agent program %s:", word);
}

/* A box that does not work is a failed launch: the agent must not run without it. */
static void
check_box(struct launch *l, char *const *env)
{
	struct template_vars v = {
		.dir = l->t.path, .project = manifest_get(&l->m, "project_dir")
	};
	struct box b = { .name = NULL };
	char why[WHY];
	int r;

	if (box_open(&b, &l->conf, &l->m, NULL, &v, env, why))
		err_die(EX_CALLER, "%s", why);
	if (b.name && (r = box_try(&b, why)))
		err_die(r == EX_CALLER || r == EX_NOTFOUND || r == EX_SYSTEM ? r : EX_CANTEXEC,
			"%s", why);
	snprintf(l->box, sizeof l->box, "%s", b.name ? b.name : manifest_get(&l->m, "box"));
	box_free(&b);
}

/* A task without a prompt can be launched if one comes with -p, or a person can give it. */
static void
check_prompt(const struct launch *l, const struct agent *a)
{
	int interactive = *manifest_get(&l->m, "interactive") != 0, r;
	char why[WHY];

	if (agent_prompt(a) == PROMPT_NONE
		|| ((l->prompt.text || interactive) && file_there(l->t.fd, "prompt") == 0))
		return;
	if ((r = prompt_check(l->t.fd, agent_prompt(a) == PROMPT_ARG && !interactive, why)))
		err_die(r, "%s: %s", l->t.name, why);
}

static void
find_engine(const struct launch *l)
{
	char why[WHY], path[PATH_MAX];

	if (engine_find(l->engine, path, sizeof path, why))
		err_die(EX_CALLER, "%s", why);
}

static void
check_engine(struct launch *l)
{
	const char *sock = manifest_get(&l->m, "socket");
	char why[WHY];

	find_engine(l);
	l->about = about_engine(l->engine, l->t.path);
	if (*manifest_get(&l->m, "interactive") && !l->about.terminal)
		err_die(EX_CALLER, "%s: engine %s has no terminal, which -i needs: use engine tmux",
			l->t.name, l->engine);
	if (!strcmp(l->engine, "tmux") && *sock != '/')
		err_die(EX_CALLER, "%s: manifest: socket %s: not an absolute path", l->t.name,
			sock);
	if (sharing_refused(l->t.fd, l->about.remote, why))
		err_die(EX_CALLER, "%s: %s", l->t.name, why);
}

/* Complains before anything is changed. */
static void
check(struct launch *l, int fresh_env)
{
	static const char *const none[] = { NULL };
	const char *dir = manifest_get(&l->m, "project_dir");
	char why[WHY];
	struct agent *a;
	char **env;

	/* A wrong setting keeps a new task from starting, but not an old one from being resumed. */
	if (config_load(&l->conf, why) || config_check_all(&l->m, why)) {
		if (l->again || !manifest_num(&l->m, "attempt", 0))
			err_die(EX_CALLER, "%s", why);
		err_warn("%s: ignored", why);
	}
	check_engine(l);
	if (!(a = stream_rules_load(manifest_get(&l->m, "agent"), why)))
		err_die(EX_CALLER, "%s", why);
	if (!(env = env_load(fresh_env ? -1 : l->t.fd, none, none)))
		err_die(EX_SYSTEM, "%s: read env:", l->t.name);
	check_prompt(l, a);
	/* A relative path of a program starts at the project directory, so we go there. */
	if (chdir(dir))
		err_die(EX_CALLER, "project directory %s:", dir);
	check_program(l, a, env);
	check_box(l, env);
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
		r = next_prompt_add(l->t.fd, l->prompt.text, l->prompt.n, why);
	else
		r = prompt_store(&l->prompt, l->t.fd, "prompt", why);
	close(lock);
	return r;
}

/*
 * -r. Removes what keeps rca-wrap from running: `done` before the status, since rca-wrap would
 * write the missing end of a task with a terminal status and without `done`.
 */
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
	return manifest_change(l->t.fd, PAIRS("retry_count", "0", "backoff", "",
		"start_failed", "", "retry_at", "", "taken_up", "", "fruitless", "",
		"nudge_count", "", "nudge_refused", "", "nudged_at", "", "trouble_since", "",
		"triage_told", "", "watched_since", "", "watched", "", "waited", "",
		"limited_since", ""), why);
}

static int
write_launching(struct launch *l, char why[WHY])
{
	history_add(l->t.fd, "launching", PAIRS("engine", l->engine));
	return manifest_change(l->t.fd, PAIRS("status", "launching", "engine", l->engine,
		"box", l->box, "abandon_reason", "", "abandoned_at", ""), why);
}

_Noreturn static void
give_up(struct launch *l, int code, const char *reason)
{
	const char *was = manifest_get(&l->m, "status");
	struct manifest m;
	char why[WHY];

	unlinkat(l->t.fd, "started", 0);
	if (status_terminal(status_parse(was)) || !strcmp(was, "running")
		|| !strcmp(was, "launching"))
		was = "crashed";
	/* If nothing runs: a late wrapper may have started, or even ended, by now. */
	if (!manifest_turn(l->t.fd, &m, ST_LAUNCHING, 1, PAIRS("status", was, "reason", reason),
			why) && *manifest_get(&m, "start_failed")) {
		code = EX_CALLER;
		reason = manifest_get(&m, "reason");
	}
	history_add(l->t.fd, "launch_failed", PAIRS("reason", reason));
	identity_write(l->mutex, NULL);
	err_die(code, "%s: %s", l->t.name, reason);
}

/* Says so, and writes it down, unless the wrapper runs by now. */
static void
tell_queued(struct launch *l, const char *what)
{
	char reason[QUEUED_REASON], why[WHY];
	struct manifest m;
	int r;

	queued_reason(*what ? what : "is being started", reason);
	r = manifest_turn(l->t.fd, &m, ST_LAUNCHING, 1, PAIRS("status", "launching",
		"reason", reason), why);
	if (r > 0)
		history_add(l->t.fd, "queued", PAIRS("because", what));
	if (r)
		err_warn("%s: %s", l->t.name, r < 0 ? why : reason);
}

static void
keep(const struct launch *l, char *says)
{
	char why[WHY];

	if (started_keep(&l->t, &l->m, says, why))
		err_warn("%s: %s", l->t.name, why);
}

static void
start(struct launch *l)
{
	static struct manifest now;
	char wrap[PATH_MAX], says[STARTED_SAYS] = "", why[WHY], what[ALIVE_REASON];
	char *args[] = { wrap, l->t.path, NULL };
	enum started s;
	int fifo, r;

	if (which_own("bin/rca-wrap", wrap, sizeof wrap))
		err_die(EX_NOTFOUND, "rca-wrap: not beside rca-launch: build or install it");
	if (queued_in(&l->m) && started_ask(&l->t, l->engine, &l->about, what)) {
		err_warn("%s: %s", l->t.name, manifest_get(&l->m, "reason"));
		close(l->lock);
		return;
	}
	fifo = started_fifo(&l->t);
	if (write_launching(l, why))
		err_die(EX_SYSTEM, "%s: %s", l->t.name, why);
	keep(l, says); /* what is known of an earlier start says nothing of this one */
	close(l->lock);
	r = engine_call(l->engine, "start", l->t.path, args, says, sizeof says, ENGINE_MS, why);
	if (strstr(says, "scope=none\n"))
		history_add(l->t.fd, "no_scope",
			PAIRS("program", "rca-wrap", "because", "systemd-run does not work here"));
	if (r) {
		if (!*why)
			err_why(why, "engine %s: start failed with exit code %d", l->engine, r);
		give_up(l, r == EX_NOTFOUND || r == EX_CALLER ? r : EX_SYSTEM, why);
	}
	if (*why)
		err_warn("%s: %s", l->t.name, why);
	keep(l, says);
	s = started_wait(&l->t, l->engine, &l->about,
		config_num(&l->conf, &l->m, "dispatch_wait") * 1000, fifo, what);
	if (s == STARTED_NOT)
		give_up(l, EX_TIMEOUT, "rca-wrap did not start in time");
	if (s == STARTED_QUEUED)
		tell_queued(l, what);
	else if (!manifest_read(l->t.fd, &now, why) && queued_in(&now))
		err_warn("%s: %s", l->t.name, manifest_get(&now, "reason"));
	unlinkat(l->t.fd, "started", 0);
}

static void
read_task(struct launch *l)
{
	char why[WHY];

	if (manifest_read(l->t.fd, &l->m, why))
		err_die(manifest_code(), "%s: %s", l->t.name, why);
	if (*manifest_get(&l->m, "adopted"))
		err_die(EX_CALLER,
			"%s: registered: somebody else started its session, and nothing is "
			"started there (rca-send types into it)", l->t.name);
	if (!l->engine)
		l->engine = manifest_get(&l->m, "engine");
}

static void
refuse_ended(const struct launch *l)
{
	if (!l->again && (file_there(l->t.fd, "done") == 1 || file_there(l->t.fd, "stop") == 1))
		err_die(EX_NO, "%s: has ended (%s): -r carries it on", l->t.name,
			manifest_get(&l->m, "status"));
}

/* -n: checks what a launch checks before it changes anything, without a lock. */
static void
dry_run(struct launch *l)
{
	read_task(l);
	refuse_ended(l);
	check(l, l->again || file_there(l->t.fd, "env") != 1);
}

static void
launch(struct launch *l)
{
	int fresh_env, r;
	char why[WHY];

	l->mutex = lock_mutex(l->t.fd, "launch.lock");
	if (l->mutex < 0)
		err_die(EX_SYSTEM, "%s: lock launch.lock:", l->t.name);
	lock_sign(l->mutex); /* so that a monitor can end a launch that is stopped (stop.h) */
	if (file_there(l->t.fd, "done") == 1) /* its writer is about to let go of its lock */
		lock_wait(l->t.fd, "lock", LET_GO_MS, NULL);
	/*
	 * We hold it like a wrapper, so that none runs or writes an end while we reopen the task.
	 */
	if ((l->lock = lock_life(l->t.fd, "lock")) < 0 && errno != EBUSY)
		err_die(EX_SYSTEM, "%s: ask lock:", l->t.name);
	read_task(l);
	if (l->lock < 0) {
		err_warn("%s: already running", l->t.name);
		if (l->prompt.text)
			err_die(EX_NO,
				"%s: the prompt was not taken: a running task gets its next "
				"prompt when it has ended", l->t.name);
		return;
	}
	refuse_ended(l);
	fresh_env = l->again || file_there(l->t.fd, "env") != 1;
	check(l, fresh_env);
	if ((r = take_prompt(l, why)))
		err_die(r, "%s: %s", l->t.name, why);
	if (fresh_env && env_save(l->t.fd, environ))
		err_die(EX_SYSTEM, "%s: write env:", l->t.name);
	if (reopen(l, why))
		err_die(EX_SYSTEM, "%s: %s", l->t.name, why);
	start(l);
	/* See locks_shared in rca-wrap.c. */
	identity_write(l->mutex, NULL);
	close(l->mutex);
}

int
main(int argc, char **argv)
{
	static struct launch l;
	const char *prompt = NULL;
	char why[WHY];
	int nflag = 0, c, r;

	tool_begin(INHERIT_ACTS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case 'e': l.engine = optarg; find_engine(&l); break;
		case 'n': nflag = 1; break;
		case 'p': prompt = optarg; break;
		case 'r': l.again = 1; break;
		}
	if (argc - optind != 1)
		tool_usage();
	task_open_or_die(&l.t, argv[optind]);
	if (nflag) {
		dry_run(&l);
		return EX_YES;
	}
	/*
	 * Before any lock, as its writer may take long, and before check changes the directory.
	 */
	if (prompt && (r = prompt_load(prompt, &l.prompt, why)))
		err_die(r, "%s: %s", l.t.name, why);
	launch(&l);
	prompt_free(&l.prompt);
	printf("%s\n", manifest_get(&l.m, "session_name"));
	err_flush();
	return EX_YES;
}
