/*
 * rca-watchdog - one pass over all tasks: starts a monitor for each that has none, and a deliverer
 * for notices that wait
 *
 * It is run by cron, a timer or the boot, and does everything through rca-monitor and rca-notify.
 * Locks keep it apart from other watchdogs and tools.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "engine/orphans.h"
#include "file/file.h"
#include "notice/spool.h"
#include "proc/tool.h"
#include "proc/identity.h"
#include "proc/lock.h"
#include "proc/run.h"
#include "proc/spawn.h"
#include "proc/which.h"
#include "task/config.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/state.h"
#include "task/task.h"
#include "watchdog/needs.h"
#include "watchdog/schedule.h"

enum { PARENTS = 16 };

/*
 * last_watchdog_at costs two fsyncs. So a pass renews it only where it is an hour old, and for at
 * most MARKS tasks: a pass takes milliseconds also on a slow disk.
 */
enum { MARK_S = 3600, MARKS = 32 };

/* How often a task is taken up in a row, and the pause before the second time, which doubles. */
enum { TAKE_UPS = 6, TAKE_UP_S = 3600, CHECK_MS = 10000 };

struct watchdog {
	int dry, code, marks;
	int notify; /* a notifier is configured */
	struct config conf;
	const char *parent; /* the directory that is passed over; NULL: RCA_HOME/tasks */
};

static const char help[] =
	"usage: rca-watchdog [-hinV] [-t parent]... [task ...]\n"
	"\n"
	"Check all tasks, and start what is missing.\n"
	"\n"
	"  -i                print how to run this each minute and after a boot\n"
	"  -n                only print what would be done\n"
	"  -t parent         also the tasks in this directory; may be repeated\n";

static void
worse(struct watchdog *w, int code)
{
	if (code > w->code)
		w->code = code;
}

/* Says what is done, or with -n would be. 1 if it is to be done. */
static int
say(const struct watchdog *w, const struct task *t, const char *what, const char *done,
    const char *would)
{
	printf("%s: %s: %s\n", t->name, what, w->dry ? would : done);
	return !w->dry;
}

/*
 * Runs a tool to its end, but only for three times as long as a launch may take: one task must not
 * delay the others. Returns its exit code.
 */
static int
run_tool(const struct watchdog *w, const struct task *t, const char *name,
         const char *const *words)
{
	long ms = (long)config_num(&w->conf, NULL, "dispatch_wait") * 3000;
	int code = run_own(name, words, -1, SPAWN_SESSION, ms);

	if (code == EX_NOTFOUND)
		err_warn("%s: not beside rca-watchdog: build or install it", name);
	if (code == EX_TIMEOUT)
		err_warn("%s: %s: was killed after %ld s", t->name, name, ms / 1000);
	if (code == EX_SYSTEM)
		err_warn("%s: failed, or could not be started", name);
	return code;
}

/*
 * Whether it is time to take up a task that was given up because it could not be started: at once
 * the first time, then after pauses that double, because launch -n cannot see every cause (half a
 * program, a full process table). A stamp in the future counts as old.
 */
static int
due(const struct task *t, const struct state *s, const struct manifest *m)
{
	const char *why = manifest_get(m, "abandon_reason");
	long long n = manifest_num(m, "taken_up", 0);
	long long ago = clock_now() - clock_parse(manifest_get(m, "abandoned_at"));

	if (!s->start_failed || !s->given_up)
		return 0;
	if (strcmp(why, "max_retries_exceeded") && strcmp(why, "launch_failed"))
		return 0;
	if (n < 0 || n >= TAKE_UPS || file_there(t->fd, "env") != 1)
		return 0;
	return n == 0 || ago < 0 || ago >= (long long)TAKE_UP_S << (n - 1);
}

/* Whether no monitor may stay with it, so that each pass does its next step. */
static int
unmonitored(const struct watchdog *w, const struct manifest *m)
{
	return !strcmp(config_get(&w->conf, m, "monitor"), "no");
}

/* Reads the state of the task, and what it needs. 0, -1 with why. */
static int
look(const struct watchdog *w, const struct task *t, struct state *s, struct manifest *m,
     int *needs, char why[WHY])
{
	if (state_read(t, s, m, why))
		return -1;
	if (s->status == ST_LAST)
		return err_why(why, "manifest: status %s: not a status", manifest_get(m, "status"));
	*needs = needs_of(s, due(t, s, m));
	if (unmonitored(w, m))
		*needs = needs_step(*needs, s, m, clock_now());
	return 0;
}

/*
 * Sends a notice once for each attempt, and returns the last attempt with a notice. That is written
 * down after this: a crash in between sends two notices, not none.
 */
static const char *
tell(struct watchdog *w, const struct task *t, const struct manifest *m)
{
	const char *attempt = manifest_get(m, "attempt"), *told = manifest_get(m, "watchdog_told");
	const char *const words[] = {
		"-v", "FINE", "-e", "crashed", t->path,
		"wrapper and monitor were gone: a new monitor resumes the task", NULL
	};

	if (!w->notify || !strcmp(attempt, told))
		return told;
	say(w, t, "no wrapper either", "sent a notice", "");
	return run_tool(w, t, "rca-notify", words) ? told : attempt;
}

static void
note(struct watchdog *w, const struct task *t, const char *told)
{
	char now[CLOCK_UTC], why[WHY];
	const char *const kv[] = {
		"last_watchdog_at", clock_utc(clock_now(), now), "watchdog_told", told, NULL
	};

	if (!manifest_change(t->fd, kv, why))
		return;
	err_warn("%s: %s", t->name, why);
	worse(w, EX_NO);
}

/* Takes up a task that was given up, if it could be launched now: with all retries again. */
static int
take_up(struct watchdog *w, const struct task *t, struct manifest *m)
{
	const char *status = manifest_num(m, "attempt", 0) > 0 ? "crashed" : "created";
	const char *const check[] = { "-n", t->path, NULL };
	char said[WHY], why[WHY], count[32], reason[WHY];
	int r;

	if (run_own_hear("rca-launch", check, SPAWN_SESSION, CHECK_MS, 0, said))
		return 0;
	if (!say(w, t, "can be launched again", "taken up", "would be taken up"))
		return 0;
	snprintf(count, sizeof count, "%lld", manifest_num(m, "taken_up", 0) + 1);
	snprintf(reason, sizeof reason, "%s", manifest_get(m, "reason"));
	r = manifest_turn(t->fd, m, ST_ABANDONED, 1, (const char *const[]){
		"status", status, "abandon_reason", "", "abandoned_at", "", "retry_count", "0",
		"backoff", "", "taken_up", count, NULL }, why);
	if (r < 0) {
		err_warn("%s: %s", t->name, why);
		worse(w, EX_NO);
	}
	if (r > 0)
		history_add(t->fd, "taken_up", (const char *const[]){
			"count", count, "after", reason, NULL });
	return r > 0;
}

static void
start_monitor(struct watchdog *w, const struct task *t, struct manifest *m, int needs)
{
	const char *const words[] = { "-d", t->path, NULL };
	const char *told = manifest_get(m, "watchdog_told"), *because = "its monitor was gone";

	if (needs & NEEDS_TAKE_UP && !take_up(w, t, m))
		return;
	if (unmonitored(w, m)) {
		if (say(w, t, "monitor=no", "did its next step", "would do its next step") &&
		    run_tool(w, t, "rca-monitor", words))
			worse(w, EX_NO);
		return;
	}
	if (!say(w, t, "no monitor", "started one", "would start one"))
		return;
	if (needs & NEEDS_NOTICE) {
		told = tell(w, t, m);
		because = "wrapper and monitor were gone";
	}
	if (!run_tool(w, t, "rca-monitor", words))
		history_add(t->fd, "watchdog", (const char *const[]){ "because", because, NULL });
	else
		worse(w, EX_NO);
	note(w, t, told);
}

/* Reads the state again under a lock: another watchdog may have helped by now. */
static int
help_alone(struct watchdog *w, const struct task *t, struct manifest *m, char why[WHY])
{
	int lock = lock_take(t->fd, "watchdog.lock"), needs = 0, r;
	struct state s;

	if (lock < 0)
		return errno == EBUSY ? 0 : err_why(why, "lock watchdog.lock:");
	if (!(r = look(w, t, &s, m, &needs, why)) && needs)
		start_monitor(w, t, m, needs);
	close(lock);
	return r;
}

static void
flush(struct watchdog *w, const struct task *t)
{
	const char *const words[] = { "-d", t->path, NULL };

	if (spool_unattended(t) &&
	    say(w, t, "undelivered notices", "started a deliverer", "would start a deliverer") &&
	    run_tool(w, t, "rca-notify", words))
		worse(w, EX_NO);
}

static int
mark_is_due(struct watchdog *w, const struct state *s, const struct manifest *m)
{
	long long age = clock_now() - clock_parse(manifest_get(m, "last_watchdog_at"));

	if (w->dry || s->done || !s->watched || (age >= 0 && age < MARK_S))
		return 0;
	return w->marks++ < MARKS;
}

/*
 * Its wrapper has died here, and its monitor is on another host: there no attempt is begun while
 * the agent lives, which only we can end.
 */
static void
end_left_here(struct watchdog *w, const struct task *t, const struct state *s)
{
	struct identity who;
	int lock;

	if (s->held || s->launching || !s->watched || identity_load(t->fd, ORPHANS_LOCK, &who) != 1
		|| !identity_lives(&who) || lock_holder(t->fd, "monitor.lock") != LOCK_ELSEWHERE)
		return;
	if (!say(w, t, "no wrapper, but its agent lives here", "ended it", "would end it"))
		return;
	if ((lock = lock_life(t->fd, "lock")) < 0)
		return;
	if (orphans_end(t, (long)config_num(&w->conf, NULL, "kill_grace") * 1000))
		worse(w, EX_NO);
	close(lock);
}

static void
watch(struct watchdog *w, const struct task *t)
{
	struct state s;
	struct manifest m;
	char why[WHY];
	int r, needs = 0;

	/* A short way, for a pass over ten thousand of them: notices are all that is left of it. */
	if (file_there(t->fd, "done") == 1) {
		flush(w, t);
		return;
	}
	r = look(w, t, &s, &m, &needs, why);
	if (!r)
		end_left_here(w, t, &s);
	if (!r && needs && !w->dry)
		r = help_alone(w, t, &m, why);
	else if (!r && needs)
		start_monitor(w, t, &m, needs);
	else if (!r && mark_is_due(w, &s, &m))
		note(w, t, manifest_get(&m, "watchdog_told"));
	if (r && file_there(t->fd, "manifest") != 0) {
		err_warn("%s: %s", t->name, why);
		worse(w, EX_NO);
	}
	flush(w, t);
}

static void
watch_named(struct watchdog *w, const char *name, int scanned)
{
	char why[WHY];
	struct task t;
	int code = task_open(&t, name, why);

	if (!code) {
		watch(w, &t);
		task_close(&t);
	} else if (!scanned || code != EX_GONE) {
		err_warn("%s", why);
		worse(w, scanned ? EX_NO : code);
	}
}

/* Passes over what is not a task, or no longer one: unlike for a name on the command line. */
static int
watch_found(void *ctx, const char *name)
{
	struct watchdog *w = ctx;
	char path[PATH_MAX + 256];

	if (w->parent)
		snprintf(path, sizeof path, "%s/%s", w->parent, name);
	watch_named(w, w->parent ? path : name, 1);
	return 0;
}

static void
watch_all(struct watchdog *w, char *const *parents)
{
	char home[PATH_MAX], why[WHY];

	if (task_home(home, sizeof home, why))
		err_die(EX_CALLER, "%s", why);
	if (task_each(watch_found, w, why))
		err_die(EX_SYSTEM, "%s", why);
	for (; *parents; parents++) {
		w->parent = *parents;
		if (!task_each_in(*parents, watch_found, w, why))
			continue;
		err_warn("%s", why);
		worse(w, EX_CALLER);
	}
}

/* Includes the environment that a shell would give it. */
static void
print_schedule(char *const *parents)
{
	static const char *const names[] = { "RCA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME" };
	char self[PATH_MAX], why[WHY];
	struct schedule s = { .program = self };
	struct config c = { .text = NULL };

	if (which_own("bin/rca-watchdog", self, sizeof self))
		err_die(EX_NOTFOUND, "rca-watchdog: cannot find itself");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *val = getenv(names[i]);

		if (val && *val && schedule_env(&s, names[i], val, why))
			err_die(EX_CALLER, "%s", why);
	}
	if (schedule_path(&s, getenv("PATH"), why))
		err_die(EX_CALLER, "%s", why);
	for (; *parents; parents++)
		if (schedule_arg(&s, "-t", why) || schedule_arg(&s, *parents, why))
			err_die(EX_CALLER, "%s", why);
	if (!config_load(&c, why)) /* each pass reports a broken one */
		s.prefix = config_get(&c, NULL, "notify_prefix");
	schedule_print(&s, stdout);
	config_free(&c);
	err_flush();
}

int
main(int argc, char **argv)
{
	struct watchdog w = { .code = EX_YES };
	static char *parents[PARENTS + 1];
	char why[WHY];
	int iflag = 0, n = 0, c;

	tool_begin(INHERIT_ACTS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case 'i': iflag = 1; break;
		case 'n': w.dry = 1; break;
		case 't':
			if (n == PARENTS)
				err_die(EX_CALLER, "-t: at most %d of them", PARENTS);
			if (!(parents[n++] = realpath(optarg, NULL)))
				err_die(EX_CALLER, "-t %s:", optarg);
			break;
		}
	if (optind < argc && (n || iflag))
		tool_usage();
	if (iflag) {
		print_schedule(parents);
		return EX_YES;
	}
	if (config_load(&w.conf, why) || config_check_all(NULL, why)) {
		err_warn("%s: ignored", why);
		worse(&w, EX_CALLER);
	}
	w.notify = config_line(&w.conf, "notify", 0) != NULL;
	if (optind == argc)
		watch_all(&w, parents);
	for (int i = optind; i < argc; i++)
		watch_named(&w, argv[i], 0);
	config_free(&w.conf);
	err_flush();
	return w.code;
}
