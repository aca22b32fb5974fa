/* rca-reap [TASK...] - cleans up after tasks that ended: processes, session, leftover files; with -k ends living ones first, with -r removes the directory */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomic.h"
#include "clock.h"
#include "conf.h"
#include "engine.h"
#include "err.h"
#include "history.h"
#include "lock.h"
#include "manifest.h"
#include "outcome.h"
#include "remove.h"
#include "spawn.h"
#include "task.h"
#include "tree.h"

enum { ENGINE_MS = 20000, INSIST_MS = 5000, MONITOR_MS = 5000, TRIES = 3 };

struct reap {
	int all, kill, remove;
	long long older_s; /* only what ended so long ago; -1: whenever */
	struct conf conf;
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
	char wrap[PATH_MAX];
	char *argv[] = { wrap, (char *)t->path, NULL };
	struct spawn s = { .argv = argv, .fd = { -1, -1, 2 }, .group = SPAWN_SESSION };
	pid_t pid;

	if (!spawn_own("bin/rca-wrap", wrap, sizeof wrap) && (pid = spawn_start(&s, NULL)) > 0)
		spawn_wait(pid, NULL);
}

static void
end_wrapper(const struct task *t, const struct manifest *m, long grace_ms)
{
	pid_t holder = lock_holder(t->fd, "lock");
	char why[WHY];

	if (holder == LOCK_ELSEWHERE)
		engine_call(manifest_get(m, "engine"), "stop", t->path, NULL, NULL, 0, ENGINE_MS, why);
	if (holder == 0)
		return;
	if (holder > 0) {
		kill(holder, SIGTERM);
		kill(holder, SIGCONT);
	}
	if (lock_wait(t->fd, "lock", grace_ms + INSIST_MS, NULL) == 1)
		return;
	if (holder > 0 && lock_holder(t->fd, "lock") == holder)
		kill(holder, SIGKILL);
	lock_wait(t->fd, "lock", INSIST_MS, NULL);
}

static int
stop(const struct reap *r, const struct task *t, const struct manifest *m)
{
	if (atomic_mark(t->fd, "stop")) {
		err_warn("%s: write stop:", t->name);
		return EX_SYSTEM;
	}
	history_add(t->fd, "stop", NULL);
	/* Again, since a launch or the monitor may be under way; from now on whoever starts finds `stop`. */
	for (int i = 0; i < TRIES; i++) {
		end_wrapper(t, m, (long)conf_num(&r->conf, m, "kill_grace") * 1000);
		if (atomic_there(t->fd, "done") != 1)
			write_end(t);
		if (atomic_there(t->fd, "done") == 1)
			return 0;
	}
	err_warn("%s: could not be ended", t->name);
	return EX_SYSTEM;
}

/* It leaves by itself when it sees `done`; it may be asleep until a limit ends. */
static void
end_monitor(const struct task *t)
{
	pid_t pid = lock_holder(t->fd, "monitor.lock");

	if (pid <= 0)
		return;
	kill(pid, SIGTERM);
	lock_wait(t->fd, "monitor.lock", MONITOR_MS, NULL);
}

static int
old_enough(const struct reap *r, const struct manifest *m)
{
	const char *at = manifest_get(m, *manifest_get(m, "abandoned_at") ? "abandoned_at" : "finished_at");

	return r->older_s < 0 || (clock_parse(at) > 0 && clock_now() - clock_parse(at) >= r->older_s);
}

static int
clean(const struct reap *r, struct task *t, const struct manifest *m)
{
	char why[WHY];
	long grace = (long)conf_num(&r->conf, m, "kill_grace") * 1000;
	int left = tree_end(0, t->path, NULL, 0, 0, grace), lock;

	if (left) {
		err_warn("%s: some of its processes could not be ended", t->name);
		return EX_SYSTEM;
	}
	if (engine_call(manifest_get(m, "engine"), "stop", t->path, NULL, NULL, 0, ENGINE_MS, why) > 0)
		err_warn("%s: close session: %s", t->name, why);
	/* From here on nobody starts it: the lock is ours. */
	if ((lock = lock_take(t->fd, "lock", NULL)) < 0) {
		err_warn("%s: was started again meanwhile", t->name);
		return EX_NO;
	}
	if (r->remove ? remove_task(t, why) : remove_leftovers(t, why)) {
		err_warn("%s: %s", t->name, why);
		close(lock);
		return EX_SYSTEM;
	}
	close(lock);
	return 0;
}

static int
reap(struct reap *r, struct task *t)
{
	struct manifest m;
	char why[WHY];
	int ended, code;

	if (manifest_read(t->fd, &m, why)) {
		err_warn("%s: %s", t->name, why);
		return errno == EINVAL || errno == EFBIG ? EX_CALLER : EX_SYSTEM;
	}
	if (atomic_there(t->fd, "done") == 1) /* its writer is about to let go */
		lock_wait(t->fd, "lock", INSIST_MS, NULL);
	ended = !lock_holder(t->fd, "lock") && (atomic_there(t->fd, "done") == 1 || (!strcmp(manifest_get(&m, "status"), "abandoned") && !lock_holder(t->fd, "monitor.lock")));
	if (ended && !old_enough(r, &m))
		return 0;
	if (!ended && !r->kill) {
		if (r->all)
			return 0;
		err_warn("%s: has not ended (%s): -k ends it", t->name, manifest_get(&m, "status"));
		return EX_NO;
	}
	if (r->kill && atomic_there(t->fd, "done") != 1 && (code = stop(r, t, &m)))
		return code;
	end_monitor(t);
	return clean(r, t, &m);
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

int
main(int argc, char **argv)
{
	struct reap r = { .older_s = -1 };
	char why[WHY], *end;
	int c;

	err_setprog(argv[0]);
	spawn_setself(argv[0]);
	while ((c = getopt(argc, argv, "ako:rV")) != -1)
		switch (c) {
		case 'a': r.all = 1; break;
		case 'k': r.kill = 1; break;
		case 'o':
			r.older_s = strtoll(optarg, &end, 10) * 86400;
			if (*optarg < '0' || *optarg > '9' || *end || r.older_s > 86400LL * 100000)
				err_die(EX_CALLER, "-o %s: not a number of days", optarg);
			break;
		case 'r': r.remove = 1; break;
		case 'V': err_version();
		default: usage();
		}
	if (r.all ? optind < argc : optind == argc)
		usage();
	if (conf_load(&r.conf, why))
		err_die(EX_CALLER, "%s", why);
	if (r.all && task_each(reap_name, &r, why))
		err_die(EX_SYSTEM, "%s", why);
	for (int i = optind; i < argc; i++)
		reap_name(&r, argv[i]);
	conf_free(&r.conf);
	return r.code;
}
