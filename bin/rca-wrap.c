/*
 * rca-wrap TASK - one attempt at a task: the pane's process, the agent's parent, DIR/lock's holder
 *
 * It sees from the files whether to start, to resume or to do nothing, so running it again is
 * always right.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/pairs.h"
#include "engine/alive.h"
#include "engine/orphans.h"
#include "engine/stop_signal.h"
#include "file/file.h"
#include "file/mounts.h"
#include "proc/tool.h"
#include "proc/identity.h"
#include "proc/lock.h"
#include "proc/process.h"
#include "proc/selfpipe.h"
#include "proc/spawn.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/state.h"
#include "task/task.h"
#include "wrap/attempt.h"
#include "wrap/finish.h"
#include "wrap/launcher.h"
#include "wrap/outcome.h"

/* STALE_MS: for how long a network file system may show what was. */
enum { ENGINE_MS = 5000, GRACE_MS = 5000, STALE_MS = 2000 };

static const char help[] =
	"usage: rca-wrap [-ehV] task\n"
	"       rca-wrap -x -- program [argument ...]\n"
	"\n"
	"Run one attempt at a task.\n"
	"\n"
	"  -e                run nothing, only write an end that is missing\n"
	"  -x                execute a program with default signal actions (for boxes)\n";

static int
recorded(const struct manifest *m)
{
	long long code = manifest_num(m, "exit_code", EX_SYSTEM);

	return code < 0 || code > 255 ? EX_SYSTEM : (int)code;
}

static int
write_end(const struct task *t, struct outcome *o)
{
	char why[WHY];

	if (finish_write(t, o, why))
		err_die(EX_SYSTEM, "%s", why);
	return o->exit_code;
}

/*
 * A registered session: its end is recorded if the monitor has found it gone, and written `stop`.
 */
static int
session_closed(const struct task *t, const struct manifest *m)
{
	struct outcome o = { .status = ST_STOPPED, .exit_code = 129, .reason = "session_closed" };

	if (file_there(t->fd, "stop") != 1)
		err_die(EX_CALLER,
			"%s: registered: somebody else started its session, and nothing is "
			"started there", t->name);
	/* The shell in which the agent was started may still be there. */
	if (alive_ask(manifest_get(m, "engine"), t->path, "", ENGINE_MS, NULL) == ALIVE_DEAD)
		snprintf(o.reason, sizeof o.reason, "agent_gone");
	return write_end(t, &o);
}

/* A stop was asked for while no attempt ran. */
static int
stop(const struct task *t)
{
	struct outcome o = { .status = ST_STOPPED, .exit_code = 143, .reason = "stop" };

	if (orphans_end(t, GRACE_MS) < 0 && errno == EHOSTUNREACH)
		err_die(EX_SYSTEM, "%s: not stopped yet:", t->name);
	return write_end(t, &o);
}

/* The writer of a terminal status died before `done`, and perhaps before the line in history. */
static int
repair(const struct task *t, const struct manifest *m)
{
	char why[WHY];

	history_add(t->fd, manifest_get(m, "status"), PAIRS("reason", manifest_get(m, "reason"),
		"exit_code", manifest_get(m, "exit_code"), "repaired", "yes"));
	if (finish_repair(t, why))
		err_die(EX_SYSTEM, "%s", why);
	return recorded(m);
}

/*
 * Under the manifest's lock, under which a launch that takes its status back looks at DIR/lock: so
 * either it sees us, or we see what it wrote.
 */
static void
read_manifest(const struct task *t, struct manifest *m)
{
	int mutex = manifest_lock(t->fd);
	char why[WHY];

	if (mutex < 0)
		err_die(EX_SYSTEM, "%s: lock manifest:", t->name);
	if (manifest_read(t->fd, m, why))
		err_die(manifest_code(), "%s: %s", t->name, why);
	close(mutex);
}

/* Records why the attempt could not be made, if we were launched for it. */
static void
not_run(const struct task *t, struct manifest *m, const char *why)
{
	char reason[256], inner[WHY];

	snprintf(reason, sizeof reason, "%.250s", why);
	history_add(t->fd, "not_run", PAIRS("because", why));
	manifest_turn(t->fd, m, ST_LAUNCHING, 0, PAIRS("status", "crashed", "reason", reason,
		"start_failed", "yes", "finished_at", PAIRS_TIME(clock_now())), inner);
}

/*
 * A rca-launch on another host that waits for us says in launch.lock that it holds it. If we see it
 * free, locks are not shared. The second look is for one that has just let go.
 */
static int
locks_shared(const struct task *t, char why[WHY])
{
	char kind[MOUNTS_KIND] = "of this host";
	struct identity who;

	for (int i = 0; i < 2; i++) {
		if (identity_load(t->fd, "launch.lock", &who) != 1 || identity_here(&who)
			|| lock_held(t->fd, "launch.lock") != 0)
			return 1;
		if (!i)
			poll(NULL, 0, STALE_MS);
	}
	if (mounts_kind(t->fd, kind))
		kind[strcspn(kind, " ")] = '\0';
	err_why(why, "the lock of rca-launch on %.100s is not seen here: the file system (%.60s) "
		"does not share locks: see rca(7), FILE SYSTEMS", who.host, kind);
	return 0;
}

static int
carry_out(const struct task *t, int end_only)
{
	struct manifest m;
	struct outcome o;
	char why[WHY];
	int code, r;

	do {
		read_manifest(t, &m);
		if (file_there(t->fd, "done") == 1)
			return recorded(&m);
		if (status_terminal(manifest_status(&m)))
			return repair(t, &m);
		if (*manifest_get(&m, "adopted"))
			return session_closed(t, &m);
		if (file_there(t->fd, "stop") == 1)
			return stop(t);
		if (state_given_up(&m))
			err_die(EX_NO, "%s: was given up (%s): rca-launch -r carries it on",
				t->name, manifest_get(&m, "abandon_reason"));
		if (end_only)
			return EX_NO;
		code = EX_CALLER;
		r = manifest_status(&m) != ST_LAUNCHING || locks_shared(t, why)
			? attempt_run(t, &m, &o, &code, why) : -1;
	} while (r > 0);
	if (r < 0) {
		not_run(t, &m, why);
		err_die(code, "%s: %s", t->name, why);
	}
	/* After a stop that was asked for while the end was written, the task must not go on. */
	if (!status_terminal(o.status) && stop_signal_late(t, manifest_get(&m, "engine")))
		return stop(t);
	return o.exit_code;
}

int
main(int argc, char **argv)
{
	struct task t;
	char holder[LOCK_WHERE];
	int end_only = 0, xflag = 0, c;

	tool_begin(INHERIT_ACTS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case 'e': end_only = 1; break;
		case 'x': xflag = 1; break;
		}
	if (xflag && !end_only && argc > optind) {
		spawn_exec(argv + optind);
		err_die(errno == ENOENT ? EX_NOTFOUND : EX_CANTEXEC, "%s:", argv[optind]);
	}
	if (xflag || argc - optind != 1)
		tool_usage();
	task_open_or_die(&t, argv[optind]);
	if (selfpipe_catch())
		err_die(EX_SYSTEM, "catch signals:");
	/* Closing any descriptor of DIR/lock would free it, so nothing here opens it again. */
	if (lock_life(t.fd, "lock") < 0) {
		if (errno != EBUSY)
			err_die(EX_SYSTEM, "lock %s:", t.name);
		err_warn("%s: already running, %s", t.name, lock_words(t.fd, "lock", holder));
		return EX_YES;
	}
	process_adopt();
	launcher_find(&t);
	return carry_out(&t, end_only);
}
