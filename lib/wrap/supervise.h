/*
 * supervise - one run of the agent, from its start to the end of everything it started
 *
 * What the agent prints goes to events.jsonl, output.log and the pane, what the person types goes
 * to the agent, and what it leaves running is ended.
 */
#ifndef WRAP_SUPERVISE_H
#define WRAP_SUPERVISE_H

#include <sys/types.h>

#include "agent/agent.h"
#include "base/err.h"
#include "events/events.h"
#include "task/task.h"
#include "wrap/remote.h"

struct agent_run {
	const struct task *task;
	struct agent *agent;
	char *const *argv, *const *env;
	const char *dir;
	mode_t umask;
	char *const *unboxed;   /* in a box: the environment outside it; NULL: there is no box */
	int in;                 /* the agent's standard input, unless it has a terminal */
	int pty;                /* the agent has a terminal of its own */
	const char *engine;     /* the engine that holds our pane */
	long long max_log;
	long linger_ms, background_ms, grace_ms;
	struct remote remote;   /* its first three */
	struct progress base;   /* totals of earlier attempts */
	int whole_session;      /* the agent's own totals include them */
	const char *header;     /* the first line for output.log and the pane */
	void (*started)(void *ctx, pid_t pid);              /* called once exec has succeeded */
	void (*heard)(void *ctx, const struct progress *p); /* called after each piece of output */
	void *ctx;

	/* the result */
	int wstatus;            /* -1: the agent did not start */
	int exec_errno;         /* why; 0: it started */
	const char *exec_step;  /* the step of spawn_start that failed */
	int stop_asked;         /* somebody asked for the task to be stopped */
	int killed;             /* somebody asked for this attempt to be ended */
	int reported_end;       /* ... and the agent had reported its end or an error before that */
	int lingered;           /* it was ended because it reported its end and did not exit */
	int left_session;       /* it left a process in another session, which was ended */
	int interrupted;        /* Ctrl-C or Ctrl-\ was typed shortly before the end */
	struct progress progress;
	int result_errno;       /* why DIR/result could not be written */
};

/*
 * The caller has called selfpipe_catch. 0, also if the agent could not be started (exec_errno);
 * -1 with why: the fault is on our side (a log, a pipe, a terminal).
 */
int supervise_run(struct agent_run *r, char why[WHY]);

#endif
