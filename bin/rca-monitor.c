/*
 * rca-monitor TASK - carries a task to a terminal status
 *
 * It sleeps on DIR/lock, which the kernel frees when the wrapper dies, and wakes for nothing else but the slow checks. All it knows is in the
 * task's files: one that dies at any moment is replaced by another that reads them.
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
#include "file/file.h"
#include "monitor/abandon.h"
#include "monitor/deadline.h"
#include "monitor/launching.h"
#include "monitor/monitor.h"
#include "monitor/notices.h"
#include "monitor/restart.h"
#include "monitor/running.h"
#include "task/daemonize.h"
#include "proc/inherit.h"
#include "proc/lock.h"
#include "proc/spawn.h"
#include "task/config.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/status.h"
#include "task/task.h"

static volatile sig_atomic_t stopped;

static void
usage(void)
{
	fprintf(stderr, "usage: rca-monitor [-dV] task\n");
	exit(EX_CALLER);
}

static void
on_stop(int sig)
{
	if (sig == SIGALRM)
		return;
	stopped = sig;
	alarm(1); /* see lock_wait */
}

static void
say(const struct monitor *mo, const char *what, const char *detail)
{
	char now[CLOCK_UTC];

	fprintf(stderr, "%s %s: %s%s%s\n", clock_utc(clock_now(), now), mo->t.name, what, *detail ? ": " : "", detail);
}

/* Whoever holds it, or nobody. A verdict; *over: it has ended. */
static int
step(struct monitor *mo, int *over)
{
	/* The lock before the files: what a wrapper that has let go of it wrote is then seen. */
	pid_t holder = lock_holder(mo->t.fd, "lock");
	int r;

	if (holder == -1) {
		err_why(mo->last, "ask lock:");
		return EX_SYSTEM;
	}
	launching_look(mo);
	r = monitor_reload(mo);
	if (r != MONITOR_ON)
		return r;
	if (holder)
		return running_watch(mo, holder);
	*over = file_there(mo->t.fd, "done") == 1;
	if (*over)
		return monitor_reload(mo);
	if (*monitor_get(mo, "adopted") && file_there(mo->t.fd, "stop") != 1 && !status_terminal(manifest_status(&mo->m)))
		return running_session(mo);
	return restart(mo);
}

/* By a shutdown, or a person. The task runs on, and the next monitor goes on with it. */
static int
told_to_go(struct monitor *mo)
{
	int r = deadline_keep(mo);
	char detail[32];

	snprintf(detail, sizeof detail, "signal %d", (int)stopped);
	return r == MONITOR_ON ? abandon(mo, "signal", detail) : r;
}

/* Its exit code. */
static int
carry(struct monitor *mo)
{
	int old = file_there(mo->t.fd, "done") == 1, over = 0, r;

	if (!old) /* whoever changed it last may have died before it was told */
		notices_status(mo, "");
	notices_rest(mo);
	r = abandon_deadline(mo);
	while (r == MONITOR_ON && !over)
		r = stopped ? told_to_go(mo) : step(mo, &over);
	if (r != MONITOR_ON)
		return r;
	if (!old)
		notices_status(mo, "");
	notices_rest(mo);
	say(mo, monitor_get(mo, "status"), monitor_get(mo, "reason"));
	return strcmp(monitor_get(mo, "status"), "completed") ? EX_NO : EX_YES;
}

/* Keeps no secrets of ours, but for the agent: its environment is still ours to give if nobody has launched it yet. */
static int
go_behind(const struct task *t)
{
	int other = lock_held(t->fd, "monitor.lock");
	char why[WHY];
	int code;

	if (other == -1)
		err_die(EX_SYSTEM, "%s: lock monitor.lock:", t->name);
	if (other)
		err_die(EX_YES, "%s: already watched", t->name);
	code = daemonize_run(t, "rca-monitor", "monitor.log", file_there(t->fd, "env") != 0 || file_there(t->fd, "done") != 0, why);
	if (*why)
		err_die(code, "%s", why);
	return code;
}

/* What is wrong keeps a task from its beginning, not from being carried on. */
static void
load_settings(struct monitor *mo, int quiet)
{
	char why[WHY];

	if (!config_load(&mo->conf, why) && !config_check_all(&mo->m, why))
		return;
	if (manifest_status(&mo->m) == ST_CREATED || file_there(mo->t.fd, "done") == 1)
		err_die(EX_CALLER, "%s: %s", mo->t.name, why);
	err_warn("%s: %s: left out", mo->t.name, why);
	if (!quiet)
		history_add(mo->t.fd, "config_wrong", (const char *const[]){ "because", why, NULL });
}

static void
watch_signals(void)
{
	static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM }, ignored[] = { SIGTTIN, SIGTTOU };
	struct sigaction act;

	memset(&act, 0, sizeof act);
	sigemptyset(&act.sa_mask);
	act.sa_handler = on_stop;
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
		if (!inherit_ignored(caught[i])) /* nohup */
			sigaction(caught[i], &act, NULL);
	act.sa_handler = SIG_IGN; /* a log line does not stop us in the background */
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		sigaction(ignored[i], &act, NULL);
}

int
main(int argc, char **argv)
{
	static struct monitor mo;
	int dflag = 0, c;
	char why[WHY];
	char other[LOCK_WHERE];

	mo.stopped = &stopped;
	mo.say = say;
	inherit_reset(INHERIT_ACTS);
	err_setprog(argv[0]);
	which_set_self(argv[0]);
	while ((c = getopt(argc, argv, "dV")) != -1)
		switch (c) {
		case 'd': dflag = 1; break;
		case 'V': err_version();
		default: usage();
		}
	if (argc - optind != 1)
		usage();
	task_open_or_die(&mo.t, argv[optind]);
	if (manifest_read(mo.t.fd, &mo.m, why))
		err_die(EX_CALLER, "%s: %s", mo.t.name, why);
	load_settings(&mo, dflag && !daemonize_inside());
	mo.agent = agent_file_load(manifest_get(&mo.m, "agent"), why);
	if (!mo.agent)
		err_die(EX_CALLER, "%s: %s", mo.t.name, why);
	if (dflag && !daemonize_inside())
		return go_behind(&mo.t);
	watch_signals();
	if (lock_life(mo.t.fd, "monitor.lock") < 0) {
		if (errno == EBUSY)
			err_die(dflag ? EX_YES : EX_NO, "%s: already watched by %s", mo.t.name, lock_words(mo.t.fd, "monitor.lock", other));
		err_die(EX_SYSTEM, "%s: lock monitor.lock:", mo.t.name);
	}
	if (dflag && daemonize_ready())
		err_die(EX_SYSTEM, "detach:");
	c = carry(&mo);
	if (*mo.last)
		err_die(c, "%s: %s", mo.t.name, mo.last);
	return c;
}
