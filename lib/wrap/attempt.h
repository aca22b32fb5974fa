/* attempt - one attempt at a task: fresh or resumed, as its files say; run, judged and recorded */
#ifndef WRAP_ATTEMPT_H
#define WRAP_ATTEMPT_H

#include <limits.h>
#include <sys/types.h>

#include "agent/agent.h"
#include "agent/box.h"
#include "agent/template.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/next_prompt.h"
#include "task/prompt.h"
#include "task/session.h"
#include "task/task.h"
#include "wrap/outcome.h"
#include "wrap/supervise.h"

struct attempt {
	const struct task *task;
	struct manifest *m;
	struct config conf;
	struct agent *agent;
	int command;             /* the task is a command (DIR/command), not an agent */
	int interactive;         /* the agent is in its own interface */
	const char *project;     /* directory */
	char **env, **argv;
	struct box box;
	char **boxed;            /* argv, with the box before it if there is one */
	mode_t umask;            /* of the process that launched the task */
	char *words;             /* a command's, which argv points into */
	char *prompt;            /* for an agent that takes it as an argument */
	char *vars[4];           /* NAME=VALUE that we add to the environment */
	char session[SESSION_ID], session_file[PATH_MAX];
	long long number;
	int resumed, in;
	int code;                /* the exit code if it cannot be run */
	long long began_ms;      /* clock_ms */
	enum prompt_kind kind;
	struct next_prompt next; /* `resume` as it was when this attempt took it ... */
	int consumed;            /* ... and it was removed, since the agent has it */
	char header[SESSION_ID + 128];
};

/*
 * The caller holds DIR/lock and has called selfpipe_catch; m is the manifest as it is now.
 * 0: the outcome is written (*o). 1: to be called again with the manifest as it is then (its check
 * failed, a next prompt waits, or it has waited for its slot). -1 with why: nothing could be run
 * or recorded; *code is the exit code.
 */
int attempt_run(const struct task *t, struct manifest *m, struct outcome *o, int *code,
	char why[WHY]);

/* The environment of what runs in the box, or of the agent if there is none. */
char *const *attempt_env(const struct attempt *a);

/* The values of the placeholders in the agent's command lines and paths. */
struct template_vars attempt_vars(struct attempt *a);

/* The settings kill_grace and base. */
long attempt_grace_ms(const struct attempt *a);
long attempt_look_ms(const struct attempt *a);

#endif
