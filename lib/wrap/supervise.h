/*
 * supervise - one run of the agent: starts it, carries what it says to events.jsonl, output.log and the pane, and what is typed to it; sees it end, and ends all it leaves
 */
#ifndef WRAP_SUPERVISE_H
#define WRAP_SUPERVISE_H

#include <sys/types.h>

#include "agent/agent.h"
#include "base/err.h"
#include "task/progress.h"
#include "task/task.h"

struct supervised {
	const struct task *task;
	struct agent *agent;
	char *const *argv, *const *env;
	const char *dir;
	mode_t umask;
	int in;                 /* the agent's standard input; on a pty: -1 */
	int pty;
	const char *engine;     /* who holds our pane */
	long long max_log;
	long linger_ms, background_ms, grace_ms;
	struct progress base;   /* totals of earlier attempts */
	int whole_session;      /* the agent's own sums include them */
	const char *header;     /* a line for output.log and the pane, before all else */
	void (*started)(void *ctx, pid_t pid);                    /* once exec has succeeded */
	void (*heard)(void *ctx, const struct progress *p);       /* after each piece of the stream */
	void *ctx;

	/* what was found */
	int wstatus, exec_errno;
	const char *exec_step;
	int stop_asked, killed, lingered, quiet_pty; /* quiet_pty: nothing was printed */
	int said;               /* killed, and the agent had said before that how it ends */
	int behind;             /* it left a process in a session of its own, which was ended */
	int interrupted;        /* Ctrl-C or Ctrl-\ was typed shortly before the end */
	struct progress progress;
	int result_errno;       /* DIR/result could not be written */
};

/* The caller has called selfpipe_catch. 0, also when the agent could not be started (exec_errno); -1 with why for what is wrong on our side. */
int supervise_run(struct supervised *r, char why[WHY]);

#endif
