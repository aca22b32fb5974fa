/* rca-reap [TASK...] - cleans up after tasks that ended: processes, session, leftover files; with -k ends living ones first, with -r removes the directory */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "engine/engine.h"
#include "engine/stop.h"
#include "file/file.h"
#include "notice/outbox.h"
#include "proc/inherit.h"
#include "proc/lock.h"
#include "proc/run.h"
#include "proc/spawn.h"
#include "proc/which.h"
#include "task/config.h"
#include "task/history.h"
#include "task/manifest.h"
#include "engine/orphans.h"
#include "task/remove.h"
#include "task/state.h"
#include "task/status.h"
#include "task/task.h"

enum { ENGINE_MS = 20000, MONITOR_MS = 5000, TRIES = 3, DAYS_MAX = 100000 };

struct reap {
	int all, kill, remove;
	long long older_s; /* only what ended so long ago; -1: whenever */
	struct config conf;
	int code;
};

static void
usage(void)
{
	fprintf(stderr, "usage: rca-reap [-akrV] [-o days] [task ...]\n");
	exit(EX_CALLER);
}

static void
worse(struct reap *r, int code)
{
	if (code > r->code)
		r->code = code;
}

/* The wrapper writes the end: the one that lives, or, where there is none (or it would not), one that only does that. */
static void
write_end(const struct task *t)
{
	run_own("rca-wrap", (const char *const[]){ "-e", t->path, NULL }, -1, SPAWN_SESSION, -1);
}

/* What is not proven to be ours is not signalled: the monitor beside it sees `stop` at its next look, and ends it. */
static int
stop_elsewhere(const struct reap *r, const struct task *t, const struct manifest *m)
{
	char who[LOCK_WHERE];

	if (lock_wait(t->fd, "lock", (long)config_num(&r->conf, m, "base") * 1000, NULL) == 1)
		return 0;
	err_warn("%s: held by %s, which is not signalled from here: it was asked to stop: its monitor ends it, or rca-reap -k there", t->name, lock_words(t->fd, "lock", who));
	return EX_SYSTEM;
}

static int
stop(const struct reap *r, const struct task *t, const struct manifest *m)
{
	if (file_mark(t->fd, "stop")) {
		err_warn("%s: write stop:", t->name);
		return EX_SYSTEM;
	}
	history_add(t->fd, "stop", NULL);
	/* Again, since a launch or the monitor may be under way; from now on whoever starts finds `stop`. */
	for (int i = 0; i < TRIES; i++) {
		if (stop_wrapper(t, manifest_get(m, "engine"), (long)config_num(&r->conf, m, "kill_grace") * 1000) == STOP_ELSEWHERE && stop_elsewhere(r, t, m))
			return EX_SYSTEM;
		if (file_there(t->fd, "done") != 1)
			write_end(t);
		if (file_there(t->fd, "done") == 1)
			return 0;
	}
	err_warn("%s: could not be ended", t->name);
	return EX_SYSTEM;
}

/* It leaves by itself when it sees `done`; it may be asleep until a limit ends. */
static void
end_monitor(const struct task *t, int sig)
{
	pid_t pid = lock_signal(t->fd, "monitor.lock", 0, sig);
	char who[LOCK_WHERE];

	if (pid == 0 || pid == -1 || lock_wait(t->fd, "monitor.lock", MONITOR_MS, NULL) == 1)
		return;
	if (pid == LOCK_ELSEWHERE)
		err_warn("%s: watched by %s, which is not signalled from here: it leaves when it sees the end", t->name, lock_words(t->fd, "monitor.lock", who));
}

static int
old_enough(const struct reap *r, const struct manifest *m)
{
	const char *at = manifest_get(m, *manifest_get(m, "abandoned_at") ? "abandoned_at" : "finished_at");

	return r->older_s < 0 || (clock_parse(at) > 0 && clock_now() - clock_parse(at) >= r->older_s);
}

/* What was to be told of a task that is to go: once more, now. 0 if nothing is left, or nobody is named who could be told; else it stays until it is delivered, or too old. */
static int
last_words(const struct reap *r, const struct task *t)
{
	if (!config_line(&r->conf, "notify", 0) || !outbox_waiting(t))
		return 0;
	return run_own("rca-notify", (const char *const[]){ "-f", t->path, NULL }, -1, SPAWN_SAME, -1);
}

/* Under its locks: a wrapper that was late has made its attempt after we looked. */
static int
began_meanwhile(const struct task *t, const struct manifest *m)
{
	struct manifest now;
	char why[WHY];

	return !manifest_num(m, "attempt", 0) && !manifest_read(t->fd, &now, why) && manifest_num(&now, "attempt", 0) > 0 && file_there(t->fd, "stop") != 1;
}

static int
clean(const struct reap *r, struct task *t, const struct manifest *m, int over)
{
	char why[WHY];
	long grace = (long)config_num(&r->conf, m, "kill_grace") * 1000;
	int guest = *manifest_get(m, "adopted") != 0, launch, lock, code = 0;
	int left = guest ? 0 : orphans_end(t, grace);

	if (left) {
		err_warn("%s: some of its processes could not be ended", t->name);
		return EX_SYSTEM;
	}
	if (!guest && engine_call(manifest_get(m, "engine"), "stop", t->path, NULL, NULL, 0, ENGINE_MS, why) > 0)
		err_warn("%s: close session: %s", t->name, why);
	if (r->remove && last_words(r, t)) {
		err_warn("%s: not removed: somebody is still to be told of it (rm -r its outbox to drop that)", t->name);
		return EX_NO;
	}
	if (r->kill)
		stop_launch(t, STOP_MS);
	/* From here on nobody starts it: the locks are ours. */
	if ((launch = lock_take(t->fd, "launch.lock")) < 0 || (lock = lock_life(t->fd, "lock")) < 0) {
		err_warn("%s: was started again meanwhile", t->name);
		if (launch >= 0)
			close(launch);
		return EX_NO;
	}
	if (r->remove && began_meanwhile(t, m)) {
		err_warn("%s: was started meanwhile", t->name);
		code = EX_NO;
	} else if (r->remove ? remove_task(t, why) : remove_leftovers(t, over, why)) {
		err_warn("%s: %s", t->name, why);
		code = EX_SYSTEM;
	}
	close(lock);
	close(launch);
	return code;
}

/* No attempt was ever made at it, so there is no end to write or to tell. */
static int
never_ran(const struct state *s, const struct manifest *m)
{
	return !manifest_num(m, "attempt", 0) && !s->adopted && !s->done && !s->held;
}

/* A registered session that lives is somebody else's: it may be forgotten, by its name alone, and is never ended. */
static int
reap_guest(const struct reap *r, struct task *t, const struct manifest *m)
{
	if (r->all)
		return 0;
	if (!r->remove || r->kill || r->older_s >= 0) {
		err_warn("%s: registered: somebody else started its session, which is not ended here: -r alone forgets it", t->name);
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

	if (file_there(t->fd, "done") == 1) /* its writer is about to let go */
		lock_wait(t->fd, "lock", STOP_MS, NULL);
	if ((code = state_read(t, &s, &m, why))) {
		err_warn("%s: %s", t->name, why);
		return code;
	}
	ended = !s.held && (s.done || (s.status == ST_ABANDONED && !s.watched && !s.launching));
	if (ended && !old_enough(r, &m))
		return 0;
	if (s.adopted && !s.done && (r->kill || !ended))
		return reap_guest(r, t, &m);
	if (!ended && !r->kill) {
		if (r->all)
			return 0;
		err_warn("%s: has not ended (%s): -k ends it", t->name, manifest_get(&m, "status"));
		return EX_NO;
	}
	/* -k of all ends what lives: one that was given up keeps its word, unless it is named. */
	if (r->kill && !(r->all && ended && s.given_up) && !s.done && !(r->remove && never_ran(&s, &m)) &&
		(code = stop(r, t, &m)))
		return code;
	end_monitor(t, SIGTERM);
	/* With -a, one whose monitor was told to go keeps what the next one goes on with, after a reboot. */
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

static int
remove_halves(char why[WHY])
{
	char home[PATH_MAX - 8], tasks[PATH_MAX];

	if (task_home(home, sizeof home, why))
		return -1;
	snprintf(tasks, sizeof tasks, "%s/tasks", home);
	return remove_forsaken(tasks, why);
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
	char home[PATH_MAX], why[WHY];
	int c;

	inherit_reset(INHERIT_ACTS);
	err_setprog(argv[0]);
	which_set_self(argv[0]);
	while ((c = getopt(argc, argv, "ako:rV")) != -1)
		switch (c) {
		case 'a': r.all = 1; break;
		case 'k': r.kill = 1; break;
		case 'o': r.older_s = days(optarg) * 86400; break;
		case 'r': r.remove = 1; break;
		case 'V': err_version();
		default: usage();
		}
	if (r.all ? optind < argc : optind == argc)
		usage();
	if (config_load(&r.conf, why)) {
		err_warn("%s: ignored", why);
		worse(&r, EX_CALLER);
	}
	if (r.all && task_home(home, sizeof home, why))
		err_die(EX_CALLER, "%s", why);
	if (r.all && (task_each(reap_name, &r, why) || remove_halves(why)))
		err_die(EX_SYSTEM, "%s", why);
	for (int i = optind; i < argc; i++)
		reap_name(&r, argv[i]);
	config_free(&r.conf);
	return r.code;
}
