/*
 * rca-reap [TASK...] - cleans up after tasks that ended: processes, session, leftover files; with
 * -k it ends living ones first, with -r it removes the directory
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "engine/engine.h"
#include "engine/orphans.h"
#include "engine/stop.h"
#include "file/file.h"
#include "notice/outbox.h"
#include "proc/tool.h"
#include "proc/lock.h"
#include "proc/run.h"
#include "proc/spawn.h"
#include "task/config.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/remove.h"
#include "task/state.h"
#include "task/status.h"
#include "task/task.h"
#include "task/worktree.h"

enum { ENGINE_MS = 20000, MONITOR_MS = 5000, TRIES = 3, DAYS_MAX = 100000 };

struct reap {
	int all, kill, remove;
	long long older_s; /* only tasks that ended at least so long ago; -1: all */
	struct config conf;
	int code;
};

static const char help[] =
	"usage: rca-reap [-ahkrV] [-o days] [task ...]\n"
	"\n"
	"Clean up after tasks.\n"
	"\n"
	"  -a                all tasks below RCA_HOME\n"
	"  -k                end a living task first\n"
	"  -o days           only tasks that ended at least days ago\n"
	"  -r                also remove the task directory\n";

static void
worse(struct reap *r, int code)
{
	if (code > r->code)
		r->code = code;
}

static long
kill_grace(const struct reap *r, const struct manifest *m)
{
	return (long)config_num(&r->conf, m, "kill_grace") * 1000;
}

/* Where no wrapper lives that writes the end of its task, another does only that. */
static void
write_end(const struct task *t)
{
	run_own("rca-wrap", (const char *const[]){ "-e", t->path, NULL }, -1, SPAWN_SESSION, -1);
}

static int
stop(const struct reap *r, const struct task *t, const struct manifest *m)
{
	char who[LOCK_WHERE];

	if (file_mark(t->fd, "stop")) {
		err_warn("%s: write stop:", t->name);
		return EX_SYSTEM;
	}
	history_add(t->fd, "stop", NULL);
	/* More than once: a launch may be under way. A later one finds `stop`. */
	for (int i = 0; i < TRIES; i++) {
		int code = stop_wrapper(t, manifest_get(m, "engine"), kill_grace(r, m),
			(long)config_num(&r->conf, m, "base") * 1000);

		if (code == STOP_ELSEWHERE) {
			err_warn("%s: held by %s, which is not signalled from here: it is to see "
			         "DIR/stop by itself; if not, rca-reap -k on its host ends it",
			         t->name, lock_words(t->fd, "lock", who));
			return EX_SYSTEM;
		}
		if (file_there(t->fd, "done") != 1)
			write_end(t);
		if (file_there(t->fd, "done") == 1)
			return 0;
	}
	err_warn("%s: could not be ended", t->name);
	return EX_SYSTEM;
}

/* A monitor ends when it sees `done`, but may sleep until a usage limit ends. */
static void
end_monitor(const struct task *t, int sig)
{
	pid_t pid = lock_signal(t->fd, "monitor.lock", 0, sig);
	char who[LOCK_WHERE];

	if (pid == 0 || pid == -1 || lock_wait(t->fd, "monitor.lock", MONITOR_MS, NULL) == 1)
		return;
	if (pid == LOCK_ELSEWHERE)
		err_warn("%s: watched by %s, which is not signalled from here: it ends when it "
		         "sees that the task has ended", t->name,
		         lock_words(t->fd, "monitor.lock", who));
}

static int
old_enough(const struct reap *r, const struct manifest *m)
{
	int abandoned = *manifest_get(m, "abandoned_at") != 0;
	long long at = clock_parse(manifest_get(m, abandoned ? "abandoned_at" : "finished_at"));

	return r->older_s < 0 || (at > 0 && clock_now() - at >= r->older_s);
}

/*
 * Tries once more to deliver the notices of a task that is to be removed. 0 if none is left, or if
 * no notifier is configured; otherwise the task stays.
 */
static int
deliver(const struct reap *r, const struct task *t)
{
	const char *const args[] = { "-f", t->path, NULL };

	if (!config_line(&r->conf, "notify", 0) || !outbox_waiting(t))
		return 0;
	return run_own("rca-notify", args, -1, SPAWN_SAME, -1);
}

/* Asked while the locks are held: a late wrapper may have made its attempt since state_read. */
static int
began_meanwhile(const struct task *t, const struct manifest *m)
{
	struct manifest now;
	char why[WHY];

	return !manifest_num(m, "attempt", 0) && !manifest_read(t->fd, &now, why) &&
	       manifest_num(&now, "attempt", 0) > 0 && file_there(t->fd, "stop") != 1;
}

/* Git's removal would go on in what is mounted there. */
static int
remove_tree(const char *dir, const char *tree)
{
	const char *const args[] = { "remove", dir, NULL };
	char why[WHY];

	if (!*tree)
		return 0;
	if (!remove_mounted(tree, why))
		return worktree_call(args, NULL, 0, -1) ? EX_NO : 0;
	err_warn("%s", why);
	return EX_SYSTEM;
}

static int
clean(const struct reap *r, struct task *t, const struct manifest *m, int over)
{
	char why[WHY];
	const char *engine = manifest_get(m, "engine");
	int adopted = *manifest_get(m, "adopted") != 0, launch, lock, code = 0;

	if (!adopted && orphans_end(t, kill_grace(r, m))) {
		err_warn("%s: some of its processes could not be ended", t->name);
		return EX_SYSTEM;
	}
	if (!adopted && engine_call(engine, "stop", t->path, NULL, NULL, 0, ENGINE_MS, why) > 0)
		err_warn("%s: close session: %s", t->name, why);
	if (r->remove && deliver(r, t)) {
		err_warn("%s: not removed: it has undelivered notices "
		         "(rm -r its outbox to drop them)", t->name);
		return EX_NO;
	}
	if (r->kill)
		stop_launch(t, STOP_MS);
	/* Nothing starts the task while we hold these locks. */
	if ((launch = lock_take(t->fd, "launch.lock")) < 0 ||
	    (lock = lock_life(t->fd, "lock")) < 0) {
		err_warn("%s: was started again meanwhile", t->name);
		if (launch >= 0)
			close(launch);
		return EX_NO;
	}
	if (r->remove && began_meanwhile(t, m)) {
		err_warn("%s: was started meanwhile", t->name);
		code = EX_NO;
	} else if (r->remove && (code = remove_tree(t->path, manifest_get(m, "worktree_dir")))) {
		; /* The task stays, because it knows where the tree is. */
	} else if (r->remove ? remove_task(t, why) : remove_leftovers(t, over, why)) {
		err_warn("%s: %s", t->name, why);
		code = EX_SYSTEM;
	}
	close(lock);
	close(launch);
	return code;
}

/* No attempt was ever made, so no end is to be written or told. */
static int
never_ran(const struct state *s, const struct manifest *m)
{
	return !manifest_num(m, "attempt", 0) && !s->adopted && !s->done && !s->held;
}

/*
 * A registered session was not started by rca, and rca never ends it. Its task may be removed while
 * the session lives, but only by name.
 */
static int
reap_adopted(const struct reap *r, struct task *t, const struct manifest *m)
{
	if (r->all)
		return 0;
	if (!r->remove || r->kill || r->older_s >= 0) {
		err_warn("%s: registered: somebody else started its session, which is not ended "
		         "here: -r alone removes the task", t->name);
		return r->kill ? EX_CALLER : EX_NO;
	}
	end_monitor(t, SIGKILL);
	return clean(r, t, m, 1);
}

static int
reap(struct reap *r, struct task *t)
{
	struct manifest m;
	struct state s;
	char why[WHY];
	int ended, code;

	for (int again = 0;; again++) {
		if ((code = state_read(t, &s, &m, why))) {
			err_warn("%s: %s", t->name, why);
			return code;
		}
		/* Its wrapper is about to write done, or to exit. */
		if (again || !s.held || !(s.done || status_terminal(s.status)))
			break;
		lock_wait(t->fd, "lock", STOP_MS, NULL);
	}
	ended = !s.held && (s.done || (s.status == ST_ABANDONED && !s.watched && !s.launching));
	if (ended && !old_enough(r, &m))
		return 0;
	if (s.adopted && !s.done && (r->kill || !ended))
		return reap_adopted(r, t, &m);
	if (!ended && !r->kill) {
		if (r->all)
			return 0;
		err_warn("%s: has not ended (%s): -k ends it", t->name, manifest_get(&m, "status"));
		return EX_NO;
	}
	/* With -a, -k leaves an abandoned task as it is: nothing of it lives. */
	if (r->kill && !s.done && !(r->all && ended && s.given_up) &&
	    !(r->remove && never_ran(&s, &m)) && (code = stop(r, t, &m)))
		return code;
	end_monitor(t, SIGTERM);
	/* With -a, a task whose monitor was ended by a shutdown keeps what the next one needs. */
	return clean(r, t, &m, !r->all || s.done || s.given_up || r->kill);
}

static int
reap_name(void *ctx, const char *name)
{
	struct reap *r = ctx;
	struct task t;
	char why[WHY];
	int code = task_open(&t, name, why);

	if (code) {
		if (!r->all || code != EX_GONE) {
			err_warn("%s", why);
			worse(r, code);
		}
		return 0;
	}
	worse(r, reap(r, &t));
	task_close(&t);
	return 0;
}

/* Of tasks that are gone: a killed rca-mktask left them, or somebody removed only the task. */
static void
sweep_trees(struct reap *r, const char *home)
{
	const char *const args[] = { "sweep", home, NULL };
	char trees[PATH_MAX], why[WHY];

	snprintf(trees, sizeof trees, "%s/trees", home);
	if (access(trees, F_OK))
		return;
	if (remove_mounted(trees, why))
		err_warn("%s", why);
	else if (!worktree_call(args, NULL, 0, -1))
		return;
	worse(r, EX_NO);
}

static void
reap_all(struct reap *r)
{
	char home[PATH_MAX - 8], tasks[PATH_MAX], why[WHY];

	if (task_home(home, sizeof home, why))
		err_die(EX_CALLER, "%s", why);
	snprintf(tasks, sizeof tasks, "%s/tasks", home);
	if (task_each(reap_name, r, why) || remove_unfinished(tasks, why))
		err_die(EX_SYSTEM, "%s", why);
	sweep_trees(r, home);
}

static long long
days(const char *arg)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end || errno || n > DAYS_MAX)
		err_die(EX_CALLER, "-o %s: not a number of days from 0 to %d", arg, DAYS_MAX);
	return n;
}

int
main(int argc, char **argv)
{
	struct reap r = { .older_s = -1 };
	char why[WHY];
	int c;

	tool_begin(INHERIT_ACTS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case 'a': r.all = 1; break;
		case 'k': r.kill = 1; break;
		case 'o': r.older_s = days(optarg) * 86400; break;
		case 'r': r.remove = 1; break;
		}
	if (r.all ? optind < argc : optind == argc)
		tool_usage();
	if (config_load(&r.conf, why)) {
		err_warn("%s: ignored", why);
		worse(&r, EX_CALLER);
	}
	if (r.all)
		reap_all(&r);
	for (int i = optind; i < argc; i++)
		reap_name(&r, argv[i]);
	config_free(&r.conf);
	return r.code;
}
