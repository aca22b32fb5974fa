/*
 * rca-monitor TASK - carries a task to a terminal status
 *
 * It sleeps on DIR/lock, which the kernel frees when the wrapper dies, and otherwise wakes only for
 * looks now and then. All its knowledge is in the task's files, so another monitor that reads them
 * can replace it at any moment.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/agent_file.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/pairs.h"
#include "engine/stop.h"
#include "file/file.h"
#include "monitor/abandon.h"
#include "monitor/deadline.h"
#include "monitor/monitor.h"
#include "monitor/notices.h"
#include "monitor/restart.h"
#include "monitor/running.h"
#include "proc/tool.h"
#include "proc/lock.h"
#include "task/config.h"
#include "task/daemonize.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/status.h"
#include "task/task.h"

/* What a launch waits for besides twice dispatch_wait: a wrapper that lets go, and its engine. */
enum { LAUNCH_MS = 25000 };

static volatile sig_atomic_t stopped;

static const char help[] =
	"usage: rca-monitor [-dhV] task\n"
	"\n"
	"Carry a task to its end.\n"
	"\n"
	"  -d                detach: return once the task is watched\n";

static void
on_stop(int sig)
{
	if (sig == SIGALRM)
		return;
	stopped = sig;
	alarm(1); /* see lock_wait */
}

/*
 * Ends a launch that holds the task for far longer than any should, because it is stopped or hangs;
 * but only if it is proven to be ours. To be called at each step.
 */
static void
end_stuck_launch(struct monitor *mo)
{
	pid_t pid = lock_holder(mo->t.fd, "launch.lock");

	if (pid <= 0 || pid != mo->launcher) {
		mo->launcher = pid > 0 ? pid : 0;
		mo->launching_since = clock_ms();
		return;
	}
	if (clock_ms() < mo->launching_since + LAUNCH_MS + monitor_num(mo, "dispatch_wait") * 2000)
		return;
	history_add(mo->t.fd, "launch_ended",
		PAIRS("pid", PAIRS_NUMBER(pid), "because", "it did not end by itself"));
	monitor_say(mo, "ended a launch that did not end by itself: process", PAIRS_NUMBER(pid));
	stop_launch(&mo->t, 0);
	mo->launcher = 0;
}

/*
 * One step, by whether the task has a wrapper. MONITOR_ON or an exit code; *over: the task has
 * ended.
 */
static int
step(struct monitor *mo, int *over)
{
	/* The lock is asked first, so that what the wrapper wrote before it let go is seen. */
	pid_t holder = lock_holder(mo->t.fd, "lock");
	int r;

	if (holder == -1) {
		err_why(mo->why_ended, "ask lock:");
		return EX_SYSTEM;
	}
	end_stuck_launch(mo);
	r = monitor_reload(mo);
	if (r != MONITOR_ON)
		return r;
	if (holder && mo->once && file_there(mo->t.fd, "stop") != 1) {
		mo->leave = 1;
		return MONITOR_ON;
	}
	if (holder) {
		r = running_watch(mo, holder);
		mo->leave = mo->once && lock_held(mo->t.fd, "lock");
		return r;
	}
	*over = file_there(mo->t.fd, "done") == 1;
	if (*over)
		return monitor_reload(mo);
	if (*monitor_get(mo, "adopted") && file_there(mo->t.fd, "stop") != 1
		&& !status_terminal(manifest_status(&mo->m)))
		return running_session(mo);
	return restart(mo);
}

/* A shutdown, or a person, ended us. The task runs on, and the next monitor goes on with it. */
static int
told_to_go(struct monitor *mo)
{
	int r = deadline_keep(mo);
	char detail[32];

	snprintf(detail, sizeof detail, "signal %d", (int)stopped);
	return r == MONITOR_ON ? abandon(mo, "signal", detail) : r;
}

/* Returns the exit code. */
static int
carry(struct monitor *mo)
{
	int old = file_there(mo->t.fd, "done") == 1, over = 0, r;

	if (!old) /* the writer of the status may have died before it put the notice */
		notices_status(mo, "");
	notices_rest(mo);
	r = abandon_deadline(mo);
	while (r == MONITOR_ON && !over && !mo->leave)
		r = stopped ? told_to_go(mo) : step(mo, &over);
	if (r != MONITOR_ON)
		return r;
	if (!over)
		return EX_YES;
	if (!old)
		notices_status(mo, "");
	notices_rest(mo);
	monitor_say(mo, monitor_get(mo, "status"), monitor_get(mo, "reason"));
	return strcmp(monitor_get(mo, "status"), "completed") ? EX_NO : EX_YES;
}

/*
 * -d. Our environment may hold secrets, so the detached monitor does not get it, unless the task
 * was never launched: then it is what the agent is to get.
 */
static int
go_behind(const struct task *t)
{
	int other = lock_held(t->fd, "monitor.lock");
	char why[WHY];
	int code, clean;

	if (other == -1)
		err_die(EX_SYSTEM, "%s: lock monitor.lock:", t->name);
	if (other)
		err_die(EX_YES, "%s: already watched", t->name);
	clean = file_there(t->fd, "env") != 0 || file_there(t->fd, "done") != 0;
	code = daemonize_run(t, "rca-monitor", "monitor.log", clean, why);
	if (*why)
		err_die(code, "%s", why);
	return code;
}

/* A wrong setting keeps a new task from starting, but not an old one from being carried on. */
static void
load_settings(struct monitor *mo, int quiet)
{
	char why[WHY];

	if (!config_load(&mo->conf, why) && !config_check_all(&mo->m, why))
		return;
	if (manifest_status(&mo->m) == ST_CREATED || file_there(mo->t.fd, "done") == 1)
		err_die(EX_CALLER, "%s: %s", mo->t.name, why);
	err_warn("%s: %s: ignored", mo->t.name, why);
	if (!quiet)
		history_add(mo->t.fd, "config_wrong", PAIRS("because", why));
}

static void
watch_signals(void)
{
	static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM };
	static const int ignored[] = { SIGTTIN, SIGTTOU };
	struct sigaction act;

	memset(&act, 0, sizeof act);
	sigemptyset(&act.sa_mask);
	act.sa_handler = on_stop;
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
		if (!inherit_ignored(caught[i])) /* nohup */
			sigaction(caught[i], &act, NULL);
	act.sa_handler = SIG_IGN; /* so that a log line does not stop us in the background */
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		sigaction(ignored[i], &act, NULL);
}

int
main(int argc, char **argv)
{
	static struct monitor mo;
	int dflag = 0, c;
	char why[WHY], other[LOCK_WHERE];

	mo.stopped = &stopped;
	tool_begin(INHERIT_ACTS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		if (c == 'd')
			dflag = 1;
	if (argc - optind != 1)
		tool_usage();
	task_open_or_die(&mo.t, argv[optind]);
	if (manifest_read(mo.t.fd, &mo.m, why))
		err_die(EX_CALLER, "%s: %s", mo.t.name, why);
	load_settings(&mo, dflag && !daemonize_inside());
	mo.agent = agent_file_load(manifest_get(&mo.m, "agent"), why);
	if (!mo.agent)
		err_die(EX_CALLER, "%s: %s", mo.t.name, why);
	mo.once = dflag && !strcmp(config_get(&mo.conf, &mo.m, "monitor"), "no");
	if (dflag && !daemonize_inside())
		return go_behind(&mo.t);
	watch_signals();
	if (lock_life(mo.t.fd, "monitor.lock") < 0) {
		if (errno == EBUSY)
			err_die(dflag ? EX_YES : EX_NO, "%s: already watched by %s", mo.t.name,
				lock_words(mo.t.fd, "monitor.lock", other));
		err_die(EX_SYSTEM, "%s: lock monitor.lock:", mo.t.name);
	}
	if (dflag && daemonize_ready())
		err_die(EX_SYSTEM, "detach:");
	c = carry(&mo);
	if (*mo.why_ended)
		err_die(c, "%s: %s", mo.t.name, mo.why_ended);
	return c;
}
