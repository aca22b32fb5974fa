/* job - an attempt in the making, inside attempt: put together and run (attempt.c), judged and written down (judge.c) */
#ifndef WRAP_JOB_H
#define WRAP_JOB_H

#include "agent/agent.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/next_prompt.h"
#include "task/prompt.h"
#include "task/session.h"
#include "task/task.h"
#include "wrap/outcome.h"
#include "wrap/supervise.h"

struct job {
	const struct task *task;
	struct manifest *m;
	struct config conf;
	struct agent *agent;
	char **env, **argv;
	mode_t umask;            /* of whoever launched the task */
	char *words;             /* a command's, which argv points into */
	char *prompt;            /* for agents that take it as an argument */
	char *vars[4];           /* of ours in the agent's environment */
	char session[SESSION_ID], session_file[PATH_MAX];
	long long number;
	int resumed, in, code;
	int interactive;         /* in its own interface */
	long long began_ms;      /* clock_ms */
	enum prompt_kind kind;
	struct next_prompt next;        /* `resume` as this attempt was given it */
	int consumed;
	char header[SESSION_ID + 128];
};

const char *judge_project(const struct job *j);
/* Whether it is a command (DIR/command), not an agent. */
int judge_is_command(const struct job *j);

/* After the run: judges, checks, writes down. 0: *o is written; 1: the agent is to go on at once; -1 with why. */
int judge_settle(struct job *j, struct supervised *r, struct outcome *o, char why[WHY]);

#endif
